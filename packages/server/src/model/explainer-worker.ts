import { parentPort, workerData } from 'node:worker_threads'
import type { ExplainReply, ExplainRequest } from './explainer.ts'
import { TreeShap } from './shap.ts'
import type { TreeEnsemble } from './trees.ts'

/** The explainer's thread: rows come in batches, contributions go back in one array per batch. */
const trees = workerData as TreeEnsemble
const shap = new TreeShap(trees)
const width = trees.columns.length

parentPort?.on('message', ({ batch, rows }: ExplainRequest) => {
  const contributions = new Float64Array(rows.length)
  for (let first = 0; first < rows.length; first += width)
    contributions.set(shap.explain(rows.subarray(first, first + width)).contributions, first)
  const reply: ExplainReply = { batch, contributions, bias: shap.bias }
  parentPort?.postMessage(reply, [contributions.buffer])
})
