import { createPreScorer } from '../contract/prescore.ts'
import { type PreScoreModel, preScoreModelFault } from '../contract/prescore-model.ts'
import type { Scorer } from './protocol.ts'

/** Makes a scorer that keeps the last model: the same code in the worker and on the main thread. */
export function createScorer(): Scorer {
  let loadedUrl = ''
  let loading: Promise<ReturnType<typeof createPreScorer>> | undefined
  return async (modelUrl, modelId, vector) => {
    if (!loading || loadedUrl !== modelUrl) {
      loadedUrl = modelUrl
      loading = loadModel(modelUrl, modelId)
      loading.catch(() => {
        loading = undefined
      })
    }
    const score = await loading
    if (!vector) return null
    const value = score(vector)
    return value >= 0 && value <= 1 ? value : null
  }
}

async function loadModel(url: string, id: string): Promise<ReturnType<typeof createPreScorer>> {
  const response = await fetch(url, { credentials: 'omit' })
  if (!response.ok) throw new Error(`model ${id}: status ${response.status}`)
  const model: PreScoreModel = await response.json()
  const fault = preScoreModelFault(model)
  if (fault !== undefined || model.id !== id) throw new Error(`model ${id}: ${fault ?? 'another id'}`)
  return createPreScorer(model)
}
