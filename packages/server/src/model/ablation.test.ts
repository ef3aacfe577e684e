import { expect, it } from 'vitest'
import { ablation } from './ablation.ts'

const linear = {
  scoreBatch: async (values: Float32Array, rows: number) => ({
    margins: Float32Array.from({ length: rows }, (_, row) => {
      const [a = 0, b = 0, c = 0] = values.subarray(3 * row, 3 * row + 3)
      return 2 * a - b + (Number.isNaN(c) ? 0.5 : c)
    }),
    probabilities: new Float32Array(rows),
  }),
}

it('tells what each column adds beside its reference value, and nothing of one that has it', async () => {
  const worth = await ablation(linear, Float32Array.of(3, 4, 2), Float32Array.of(1, 4, Number.NaN))
  expect([...worth]).toEqual([4, 0, 1.5])
})
