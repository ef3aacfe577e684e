import { afterEach, describe, expect, it } from 'vitest'
import { createExplainer, type Explainer } from './explainer.ts'
import { STUMP } from './testing/stump.ts'
import type { TreeEnsemble } from './trees.ts'

let explainer: Explainer | undefined
afterEach(() => explainer?.close())

function start(trees: TreeEnsemble = STUMP): Explainer {
  explainer = createExplainer(trees)
  return explainer
}

describe('createExplainer', () => {
  it('explains a row on its thread as on this one', async () => {
    const { explain, explainSync } = start()
    const row = Float32Array.of(9, 3)
    const { contributions, bias } = await explain(row)
    expect(contributions[0]).toBe(0)
    expect(contributions[1]).toBeCloseTo(0.25 - bias, 12)
    expect({ contributions, bias }).toEqual(explainSync(row))
  })

  it('answers each of many calls with its own row, also when the caller reuses the buffer', async () => {
    const { explain, explainSync } = start()
    const buffer = new Float32Array(2)
    const answers = Array.from({ length: 300 }, (_, index) => {
      buffer[1] = index % 5
      return explain(buffer)
    })
    for (const [index, answer] of (await Promise.all(answers)).entries())
      expect(answer).toEqual(explainSync(Float32Array.of(0, index % 5)))
  })

  it('refuses a row of another width', async () => {
    await expect(start().explain(new Float32Array(1))).rejects.toThrow(
      'The row has 1 values; the model has 2 columns.',
    )
  })

  it('rejects what is under way and what comes later once it is closed', async () => {
    const { explain, close } = start()
    const underWay = explain(Float32Array.of(0, 1))
    const outcome = expect(underWay).rejects.toThrow(expect.objectContaining({ code: 'explainer_failed' }))
    await close()
    await outcome
    await expect(explain(Float32Array.of(0, 1))).rejects.toThrow('The explainer is closed.')
  })

  it('rejects with the reason when its thread fails', async () => {
    const damaged = { ...STUMP, offsets: Int32Array.of(0, -1) }
    const { explain } = start(damaged)
    await expect(explain(Float32Array.of(0, 1))).rejects.toThrow(
      expect.objectContaining({
        code: 'explainer_failed',
        message: expect.stringContaining("The explainer's thread failed"),
      }),
    )
  })
})
