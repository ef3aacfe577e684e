import { describe, expect, it } from 'vitest'
import { byAttack, byWeek } from './breakdown.ts'
import type { Judged } from './judged.ts'

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 4, 1)

/** Two weeks of a row a day; the second day of each week is a fraud, found in the first week only. */
const judged: Judged = {
  ...rowsOf([0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.6, 0.1, 0.1, 0.1, 0.1]),
  labels: [0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
  amountsMinor: Array.from({ length: 14 }, (_, row) => 100 * (row + 1)),
  oracle: [0, 1, 0, 0, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 0],
  attacks: Array.from({ length: 14 }, (_, row) => (row === 1 ? 'ring' : row === 8 ? 'bot' : 'shopping')),
}

function rowsOf(scores: readonly number[]) {
  return {
    margins: scores,
    probabilities: scores,
    receivedAtMs: scores.map((_, row) => START_MS + row * DAY_MS),
  }
}

describe('weeks', () => {
  it('count from the first order, each with its own figures', () => {
    const weeks = byWeek(judged, 0.5, 1)
    expect(weeks.map(({ fromMs, rows, frauds }) => [fromMs, rows, frauds])).toEqual([
      [START_MS, 7, 1],
      [START_MS + 7 * DAY_MS, 7, 1],
    ])
    expect(weeks.map(({ recall }) => recall)).toEqual([1, 0])
    expect(weeks.map(({ averagePrecision }) => averagePrecision?.value)).toEqual([1, 1 / 7])
    expect(weeks.map(({ attainable }) => attainable)).toEqual([1, 1])
    expect(weeks[1]?.alertRate).toBeCloseTo(1 / 7)
  })

  it('without a fraud have no average precision', () => {
    const [week] = byWeek({ ...judged, labels: new Array<number>(14).fill(0) }, 0.5, 1)
    expect(week?.averagePrecision).toBeNull()
  })
})

describe('attacks', () => {
  it('say what each kind cost, against the oracle with as many alerts', () => {
    expect(byAttack(judged, 0.5, 1 / 14)).toEqual([
      {
        ...{ attack: 'bot', orders: 1, frauds: 1, recall: 0, recallAtCapacity: 0 },
        ...{ fraudMinor: 900, missedMinor: 900, oracleMissedMinor: 0 },
      },
      {
        ...{ attack: 'ring', orders: 1, frauds: 1, recall: 1, recallAtCapacity: 1 },
        ...{ fraudMinor: 200, missedMinor: 0, oracleMissedMinor: 0 },
      },
    ])
  })

  it('are not told of data that do not name them', () => {
    expect(byAttack({ ...judged, attacks: null }, 0.5, 0.1)).toBeNull()
  })
})
