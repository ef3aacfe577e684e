import type { SignalVector } from '../contract/signals.ts'
import type { PackFiles } from '../pack-files.ts'
import { whenIdle } from '../page/idle.ts'
import { VERSION } from '../version.ts'
import type { ScoreReply, ScoreRequest, Scorer } from './protocol.ts'

/** Computes pre-scores away from the page's own work. */
export interface PreScoreClient {
  /** Gets worker and model ready; never throws. */
  warm(modelId: string): void
  /** A score, or `null` when none can be had; the caller bounds the time. */
  score(vector: SignalVector, modelId: string): Promise<number | null>
  close(): void
}

/** The longest wait for an idle moment of the main thread. */
const IDLE_WITHIN_MS = 200

/** @param modelUrl URL of a model's data by id */
export function createPreScoreClient(files: PackFiles, modelUrl: (id: string) => string): PreScoreClient {
  let scorer: Scorer | undefined
  let close = () => {}
  // Worker first; where none may run (another origin, the page's policy) the main thread when it is idle.
  const ask: Scorer = async (...request) => {
    if (!scorer) {
      const worker = startWorker(files)
      scorer = worker.scorer
      close = worker.close
    }
    const asked = scorer
    try {
      return await asked(...request)
    } catch {
      if (scorer === asked) scorer = onMainThread(files)
      return scorer(...request)
    }
  }
  return {
    warm: modelId => void ask(modelUrl(modelId), modelId, null).catch(() => null),
    score: (vector, modelId) => ask(modelUrl(modelId), modelId, vector).catch(() => null),
    close() {
      close()
      scorer = undefined
    },
  }
}

/** A scorer in a worker; its promises reject when no worker runs. */
function startWorker(files: PackFiles): { readonly scorer: Scorer; close(): void } {
  let worker: Worker | undefined
  let failed = false
  let count = 0
  const waiting = new Map<number, { resolve(score: number | null): void; reject(error: Error): void }>()
  const fail = () => {
    failed = true
    worker?.terminate()
    for (const { reject } of waiting.values()) reject(new Error('no worker'))
    waiting.clear()
  }
  try {
    worker = files.openWorker()
    worker.onerror = event => {
      event.preventDefault()
      fail()
    }
    worker.onmessage = ({ data }: MessageEvent<ScoreReply>) => {
      if (data.version !== VERSION) return fail()
      waiting.get(data.id)?.resolve(data.score)
      waiting.delete(data.id)
    }
  } catch {
    fail()
  }
  return {
    close: fail,
    scorer: (modelUrl, modelId, vector) =>
      new Promise((resolve, reject) => {
        if (failed || !worker) return reject(new Error('no worker'))
        const request: ScoreRequest = { version: VERSION, id: ++count, modelUrl, modelId, vector }
        waiting.set(request.id, { resolve, reject })
        worker.postMessage(request)
      }),
  }
}

function onMainThread(files: PackFiles): Scorer {
  const loading = new Promise<Scorer>((resolve, reject) => {
    whenIdle(() => files.load('prescore-worker').then(resolve, reject), IDLE_WITHIN_MS)
  })
  return async (...request) => (await loading)(...request)
}
