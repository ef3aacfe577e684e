"""Trains on a table of float32 over and over when told to, for bench/rows/train.ts.

Arguments: file of values, file of labels, columns, JSON of parameters, rounds. Each line on stdin asks for one
training; the answer is a line of JSON with its seconds, its log loss and its average precision on the table itself.
The matrix is made anew each time, since making it is part of a training.
"""

import json
import sys
import time

import numpy as np
import xgboost

values_file, label_file, columns, parameters, rounds = sys.argv[1:6]
label = np.fromfile(label_file, np.float32)
values = np.fromfile(values_file, np.float32).reshape(len(label), int(columns))
parameters = json.loads(parameters)


def library() -> str:
    from xgboost import libpath

    return libpath.find_lib_path()[0]


print(json.dumps({"version": xgboost.__version__, "library": library()}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    matrix = xgboost.DMatrix(values, label, nthread=parameters["nthread"])
    booster = xgboost.train(parameters, matrix, int(rounds))
    seconds = time.perf_counter() - start
    told = booster.eval(matrix, "table", 0)
    metrics = {part.rsplit(":", 1)[0].removeprefix("table-"): float(part.rsplit(":", 1)[1]) for part in told.split("\t")[1:]}
    print(json.dumps({"seconds": seconds, "metrics": metrics}), flush=True)
