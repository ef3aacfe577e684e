import { describe, expect, it } from 'vitest'
import { curve, rank } from '../../packages/server/src/training/metrics/index.ts'
import { recallAtFalsePositiveRate, testSplit, validationSplits } from './protocol.ts'

const ends = (rows: Uint32Array) => [rows[0], rows.at(-1)]

describe('the split in time', () => {
  it('trains on the first four fifths and tests on the rest', () => {
    const { train, test } = testSplit(101, 0)
    expect(ends(train)).toEqual([0, 79])
    expect(ends(test)).toEqual([80, 100])
  })

  it('leaves the beginning of the training part unfitted when asked to', () => {
    expect(ends(testSplit(100, 0.1).train)).toEqual([8, 79])
  })

  it('chooses on folds that never reach the test and are fitted on the past alone', () => {
    const folds = validationSplits(1000, 0.1)
    expect(folds.map(({ train, test }) => [...ends(train), ...ends(test)])).toEqual([
      [80, 399, 400, 479],
      [80, 479, 480, 559],
      [80, 559, 560, 639],
      [80, 639, 640, 799],
    ])
  })
})

describe('recall at a false positive rate', () => {
  const recall = (scores: number[], labels: number[], rate: number) =>
    recallAtFalsePositiveRate(curve(rank({ scores, labels })), rate)

  it('is what has been found when the next genuine row would be too many', () => {
    expect(recall([9, 8, 7, 6, 5, 4], [1, 0, 1, 0, 1, 0], 0)).toBeCloseTo(1 / 3)
    expect(recall([9, 8, 7, 6, 5, 4], [1, 0, 1, 0, 1, 0], 1 / 3)).toBeCloseTo(2 / 3)
    expect(recall([9, 8], [1, 0], 1)).toBe(1)
  })

  it('shares out a group of equal scores that the rate cuts', () => {
    expect(recall([1, 1, 1, 1], [1, 0, 1, 0], 0.25)).toBe(0.25)
  })
})
