import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { foldsInTime } from '../folds.ts'
import { DEFAULT_SPLIT } from '../split.ts'
import { learnableTable } from '../testing/learnable-table.ts'
import {
  ablationOf,
  ablationTable,
  bestOf,
  DEFAULT_PARAMETERS,
  type PreparedTuning,
  readParameters,
  type Strategy,
  type TuneOptions,
  trialsTable,
  tune,
  writeResult,
} from './index.ts'
import type { Trial } from './trial-log.ts'

const options = {
  ...{ count: 2, window: 'expanding' as const },
  split: { ...DEFAULT_SPLIT, maturityDays: 3 },
}
const table = learnableTable(4000)
const prepared: PreparedTuning = { table, sha256: 'a'.repeat(64), options, ...foldsInTime(table, options) }

const space = { maxDepth: [2, 3, 4], eta: { from: 0.05, to: 0.3, scale: 'log' as const } }
const plan = (strategy: Strategy, trials: number) => ({
  ...{ strategy, trials, space, seed: 5 },
  base: { ...DEFAULT_PARAMETERS, maxBin: 32 },
})

let folder: string
let logFile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
  logFile = join(folder, 'tune.ndjson')
})
afterEach(() => rmSync(folder, { recursive: true }))

function search(strategy: Strategy, trials: number, more: Partial<TuneOptions> = {}) {
  const measured: Trial[] = []
  const tuned = tune(prepared, {
    ...{ ...plan(strategy, trials), maxRounds: 25, logFile },
    ...{ onTrial: trial => measured.push(trial), ...more },
  })
  return { ...tuned, measured }
}

const best = (tuned: ReturnType<typeof search>) =>
  JSON.stringify(bestOf(tuned, prepared.sha256, plan('random', 5)))
const lines = () => readFileSync(logFile, 'utf8').trimEnd().split('\n')
const withoutSeconds = (trials: readonly Trial[]) => trials.map(({ seconds: _, ...rest }) => rest)

describe('random search', () => {
  it('tries the untuned parameters first, and logs every trial as it ends', () => {
    const { measured, reference, ranked } = search('random', 4)
    expect(reference.parameters).toEqual(plan('random', 4).base)
    expect(measured.map(({ trial }) => trial)).toEqual([0, 1, 2, 3])
    expect(
      lines()
        .slice(1)
        .map(line => JSON.parse(line)),
    ).toEqual(measured)
    const precisions = ranked.map(({ folds }) => folds.reduce((sum, fold) => sum + fold.averagePrecision, 0))
    expect([...precisions].sort((a, b) => b - a)).toEqual(precisions)
    expect(precisions[0]).toBeGreaterThan(0.5)
  })

  it('gives the same result when it is broken off anywhere and begun again, also within a line', () => {
    const whole = search('random', 5)
    const text = readFileSync(logFile, 'utf8')
    for (const kept of [30, Math.floor(text.length / 3), text.length - 1, text.indexOf('\n') + 1]) {
      writeFileSync(logFile, text.slice(0, kept))
      const resumed = search('random', 5)
      expect(best(resumed)).toBe(best(whole))
      expect(withoutSeconds(resumed.ranked)).toEqual(withoutSeconds(whole.ranked))
      expect(lines()).toHaveLength(6)
    }
  }, 30_000)

  it('keeps its trials when more are asked for', () => {
    const few = search('random', 2)
    const more = search('random', 3)
    expect(more.resumed).toBe(2)
    expect(more.measured.slice(0, 2)).toEqual(few.measured)
  })
})

describe('a log', () => {
  it('of other data, folds, space or seed is refused in words, and stays as it is', () => {
    search('random', 2)
    const before = readFileSync(logFile, 'utf8')
    const other = (change: Partial<TuneOptions>) => () => search('random', 2, change)
    expect(other({ seed: 6 })).toThrow(/is not the log of this run: it differs in seed$/)
    expect(other({ space: { maxDepth: [3] } })).toThrow(/differs in space$/)
    expect(other({ strategy: 'grid', trials: 20 })).toThrow(/differs in strategy$/)
    const moved = { ...prepared, ...foldsInTime(table, { ...options, count: 3 }), sha256: 'b'.repeat(64) }
    expect(() => tune(moved, { ...plan('random', 2), maxRounds: 25, logFile })).toThrow(
      /differs in data, folds$/,
    )
    expect(readFileSync(logFile, 'utf8')).toBe(before)
  })

  it('that is something else is refused, and stays as it is', () => {
    for (const text of ['{"a":1}\n', 'notes', 'time,amount\n1,2\n']) {
      writeFileSync(logFile, text)
      expect(() => search('random', 2)).toThrow(expect.objectContaining({ code: 'tuning_log' }))
      expect(readFileSync(logFile, 'utf8')).toBe(text)
    }
  })
})

describe('grid search', () => {
  it('tries every combination and the reference, and refuses more than it may', () => {
    const grid = { maxDepth: [2, 3], eta: [0.1, 0.3] }
    const { measured } = search('grid', 5, { space: grid })
    // Depth 6 and rate 0.1 are the reference's, so no combination equals it.
    expect(measured).toHaveLength(5)
    rmSync(logFile)
    expect(() => search('grid', 4, { space: grid })).toThrow(/4 points and the reference/)
  })
})

describe('successive halving', () => {
  it('gives each rung a third of the trials and three times the rows, and compares with the reference', () => {
    const { measured, ranked } = search('halving', 9)
    const rung = (at: number) => measured.filter(trial => trial.rung === at)
    expect(rung(0)).toHaveLength(9)
    expect(rung(1)).toHaveLength(3)
    expect([1, 2]).toContain(rung(2).length)
    expect(rung(2).map(({ trial }) => trial)).toContain(0)
    expect(withoutSeconds(ranked)).toEqual(expect.arrayContaining(withoutSeconds(rung(2))))
    expect(ranked.every(({ rowShare }) => rowShare === 1)).toBe(true)
  })

  it('gives the same result when it is begun again in the middle', () => {
    const whole = search('halving', 6)
    writeFileSync(logFile, `${lines().slice(0, 8).join('\n')}\n`)
    expect(best(search('halving', 6))).toBe(best(whole))
  })
})

describe('results', () => {
  it('are a file that training reads', () => {
    const tuned = search('random', 3)
    const file = join(folder, 'best.json')
    writeResult(file, bestOf(tuned, prepared.sha256, plan('random', 3)))
    expect(readParameters(file)).toEqual(tuned.ranked[0]?.parameters)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"maxDepth": ', '"maxDepth": -'))
    expect(() => readParameters(file)).toThrow(/is no parameters file: \/parameters\/maxDepth/)
  })

  it('show the best trials, mean and spread, and the untuned one', () => {
    const [head, ...rows] = trialsTable(search('random', 3)).split('\n')
    expect(head).toMatch(/^trial +AP +to trial 0/)
    expect(rows).toHaveLength(3)
    expect(rows.join('\n')).toMatch(/^0 +0\.\d{4} ± 0\.\d{4} .*untuned: maxDepth 6/m)
  })

  it('of an ablation hold every treatment against none', () => {
    const tuned = search('ablation', 1)
    const { treatments } = ablationOf(tuned, prepared.sha256)
    expect(treatments.map(({ imbalance }) => imbalance.kind)).toEqual([
      ...['none', 'sqrt-weight', 'weight', 'smote', 'smote'],
    ])
    const [none, , weight] = treatments
    expect(none?.averagePrecisionToNone).toEqual({ mean: 0, deviation: 0 })
    expect(weight?.figures.calibrationErrorRaw.mean).toBeGreaterThan(0.1)
    expect(weight?.figures.calibrationError.mean).toBeLessThan(0.05)
    expect(ablationTable(tuned)).toMatch(/^smote to 50 % /m)
  }, 30_000)
})
