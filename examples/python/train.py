"""Trains an XGBoost model and a scikit-learn pipeline on features that `atalaya export features` wrote.

    python train.py --features features.parquet --out models

Into the output folder go, for each of the two, the model, its columns and sample rows with the scores that Python gave
them. `atalaya models import` takes all three, and refuses a model that does not score as it does here.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
import skl2onnx
import xgboost
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skl2onnx.common.data_types import FloatTensorType

# What the file tells of a row besides its features. None of it may be learnt from.
FACTS = ["received_at_ms", "amount_minor", "label", "label_observed_at_ms", "split"]


def read_features(path: Path) -> pd.DataFrame:
    """Reads a table; a missing value becomes NaN, and as float32 every number keeps its bits."""
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def slice_of(table: pd.DataFrame, name: str, columns: list[str]):
    """Rows of one slice in time with their labels. Rows in no slice had no label in time."""
    rows = table[table["split"] == name]
    return rows[columns].to_numpy(np.float32), rows["label"].to_numpy(np.int32)


def train_xgboost(train, validation, columns: list[str], rounds: int, depth: int, seed: int) -> xgboost.Booster:
    """Boosts until the log loss of the later slice stops falling, and keeps the best trees alone."""
    parameters = {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "max_depth": depth,
        "eta": 0.1,
        "subsample": 0.9,
        "colsample_bytree": 0.6,
        "tree_method": "hist",
        "seed": seed,
        "nthread": 2,
    }
    booster = xgboost.train(
        parameters,
        xgboost.DMatrix(train[0], train[1], feature_names=columns),
        rounds,
        evals=[(xgboost.DMatrix(validation[0], validation[1], feature_names=columns), "validation")],
        early_stopping_rounds=40,
        verbose_eval=False,
    )
    # Python would go on scoring by the best trees, other readers of the file by all of them.
    return booster[: booster.best_iteration + 1]


def most_important(booster: xgboost.Booster, count: int) -> list[str]:
    """The columns that the splits gained most by."""
    gains = booster.get_score(importance_type="total_gain")
    return sorted(gains, key=lambda name: (-gains[name], name))[:count]


def sample_rows(values: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Rows of the test slice, half of them with every fifth value taken away."""
    random = np.random.default_rng(seed)
    rows = values[random.choice(len(values), min(count, len(values)), replace=False)].copy()
    for row in range(0, len(rows), 2):
        rows[row, row % 5 :: 5] = np.nan
    return rows


def write_samples(path: Path, library: str, rows: np.ndarray, probability, margin=None) -> None:
    samples = {
        "format": "atalaya-samples/1",
        "library": library,
        "rows": [[None if np.isnan(value) else float(value) for value in row] for row in rows],
        "probability": [float(value) for value in probability],
    }
    if margin is not None:
        samples["margin"] = [float(value) for value in margin]
    path.write_text(json.dumps(samples) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--features", type=Path, required=True, help="what `atalaya export features` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the models")
    parser.add_argument("--rounds", type=int, default=300, help="most trees")
    parser.add_argument("--depth", type=int, default=6, help="of a tree")
    parser.add_argument("--columns", type=int, default=0, help="keep so many of the most important; 0 keeps all")
    parser.add_argument("--samples", type=int, default=200, help="sample rows to write")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    table = read_features(options.features)
    columns = [name for name in table.columns if name not in FACTS]

    def slices():
        return [slice_of(table, name, columns) for name in ("train", "validation", "test")]

    train, validation, test = slices()
    booster = train_xgboost(train, validation, columns, options.rounds, options.depth, options.seed)
    if options.columns:
        columns = most_important(booster, options.columns)
        train, validation, test = slices()
        booster = train_xgboost(train, validation, columns, options.rounds, options.depth, options.seed)
    booster.save_model(options.out / "xgboost.json")
    rows = sample_rows(test[0], options.samples, options.seed)
    matrix = xgboost.DMatrix(rows, feature_names=columns)
    write_samples(
        options.out / "xgboost.samples.json",
        f"XGBoost {xgboost.__version__}",
        rows,
        booster.predict(matrix),
        booster.predict(matrix, output_margin=True),
    )

    pipeline = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(max_iter=2000))
    pipeline.fit(np.concatenate([train[0], validation[0]]), np.concatenate([train[1], validation[1]]))
    graph = skl2onnx.convert_sklearn(
        pipeline,
        initial_types=[("features", FloatTensorType([None, len(columns)]))],
        target_opset={"": 17, "ai.onnx.ml": 3},
    )
    (options.out / "scikit-learn.onnx").write_bytes(graph.SerializeToString())
    write_samples(
        options.out / "scikit-learn.samples.json",
        f"scikit-learn {sklearn.__version__}",
        rows,
        pipeline.predict_proba(rows)[:, 1],
    )
    (options.out / "columns.json").write_text(json.dumps(columns) + "\n")
    print(f"{booster.num_boosted_rounds()} trees and a logistic regression on {len(columns)} columns in {options.out}")


if __name__ == "__main__":
    main()
