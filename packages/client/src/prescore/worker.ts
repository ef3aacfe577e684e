import { provideFile } from '../files.ts'
import { VERSION } from '../version.ts'
import type { ScoreReply, ScoreRequest } from './protocol.ts'
import { createScorer } from './scorer.ts'

// One file for both places: as a worker it answers messages, as a script in a page (where the worker is refused) it
// hands its scorer over.
const scorer = createScorer()
if (typeof document === 'undefined') {
  addEventListener('message', async ({ data }: MessageEvent<ScoreRequest>) => {
    const { id, modelUrl, modelId, vector } = data
    const asked = data.version === VERSION ? scorer(modelUrl, modelId, vector) : Promise.resolve(null)
    const score = await asked.catch(() => null)
    const reply: ScoreReply = { version: VERSION, id, score }
    postMessage(reply)
  })
} else {
  provideFile('prescore-worker', scorer)
}
