import { Worker } from 'node:worker_threads'
import { siblingModule } from '../base/sibling.ts'
import { ModelError } from './errors.ts'
import { type Explanation, TreeShap } from './shap.ts'
import { checkWidth, type TreeEnsemble } from './trees.ts'

/** Rows for the explainer's thread, one behind the other. */
export interface ExplainRequest {
  readonly batch: number
  readonly rows: Float32Array
}

/** Its answer: contributions in the layout of the rows. */
export interface ExplainReply {
  readonly batch: number
  readonly contributions: Float64Array
  readonly bias: number
}

/** Explains scores beside the event loop. */
export interface Explainer {
  /**
   * SHAP values of one row. Calls of one turn of the event loop travel in one message.
   *
   * @throws ModelError `model_bad_input` if the row has another width, `explainer_failed` if the thread has stopped
   */
  explain(row: Float32Array): Promise<Explanation>
  /** The same bits on the calling thread, for replay and offline work; about a millisecond. */
  explainSync(row: Float32Array): Explanation
  /** Stops the thread; explanations under way are rejected. */
  close(): Promise<void>
}

interface Waiting {
  readonly row: Float32Array
  readonly resolve: (explanation: Explanation) => void
  readonly reject: (fault: ModelError) => void
}

/** Starts a thread that explains the given model. */
export function createExplainer(trees: TreeEnsemble): Explainer {
  const width = trees.columns.length
  const worker = new Worker(siblingModule(import.meta.url, 'explainer-worker'), { workerData: trees })
  const underWay = new Map<number, readonly Waiting[]>()
  let queue: Waiting[] = []
  let nextBatch = 0
  let stopped: ModelError | undefined
  let onThisThread: TreeShap | undefined
  // An idle explainer does not keep a command-line program alive.
  worker.unref()

  const stop = (fault: ModelError): void => {
    stopped ??= fault
    const lost = [...underWay.values(), queue].flat()
    underWay.clear()
    queue = []
    worker.unref()
    for (const { reject } of lost) reject(stopped)
  }

  worker.on('message', ({ batch, contributions, bias }: ExplainReply) => {
    const waiting = underWay.get(batch) ?? []
    underWay.delete(batch)
    if (underWay.size === 0) worker.unref()
    for (const [index, { resolve }] of waiting.entries())
      resolve({ contributions: contributions.slice(index * width, (index + 1) * width), bias })
  })
  worker.on('error', cause =>
    stop(new ModelError('explainer_failed', `The explainer's thread failed: ${cause.message}`, { cause })),
  )
  worker.on('exit', code =>
    stop(new ModelError('explainer_failed', `The explainer's thread ended with code ${code}.`)),
  )

  const send = (): void => {
    if (queue.length === 0) return
    const rows = new Float32Array(queue.length * width)
    for (const [index, { row }] of queue.entries()) rows.set(row, index * width)
    const request: ExplainRequest = { batch: nextBatch++, rows }
    underWay.set(request.batch, queue)
    queue = []
    worker.ref()
    worker.postMessage(request, [rows.buffer])
  }

  return {
    explain: row =>
      new Promise((resolve, reject) => {
        if (stopped) throw stopped
        checkWidth(trees, row)
        if (queue.length === 0) setImmediate(send)
        // The caller may use its buffer again before the batch leaves.
        queue.push({ row: row.slice(), resolve, reject })
      }),
    explainSync: row => {
      onThisThread ??= new TreeShap(trees)
      return onThisThread.explain(row)
    },
    close: async () => {
      stop(new ModelError('explainer_failed', 'The explainer is closed.'))
      await worker.terminate()
    },
  }
}
