import { foldsInTime } from '../../folds.ts'
import { DEFAULT_SPLIT } from '../../split.ts'
import { learnableTable } from '../../testing/learnable-table.ts'
import { DEFAULT_PARAMETERS, type PreparedTuning, type TuneOptions, tune } from '../index.ts'

/** A quick random search on two folds, always the same; its own process when a log file is given as argument. */
export function smallSearch(logFile: string) {
  const options = {
    ...{ count: 2, window: 'expanding' as const },
    split: { ...DEFAULT_SPLIT, maturityDays: 3 },
  }
  const table = learnableTable(4000)
  const prepared: PreparedTuning = { table, sha256: 'a'.repeat(64), options, ...foldsInTime(table, options) }
  const search: TuneOptions = {
    ...{ strategy: 'random', trials: 6, seed: 5, maxRounds: 25, logFile },
    space: { maxDepth: [2, 3, 4], eta: { from: 0.05, to: 0.3, scale: 'log' } },
    base: { ...DEFAULT_PARAMETERS, maxBin: 32 },
  }
  return tune(prepared, search)
}

const [, script, logFile] = process.argv
if (script === import.meta.filename && logFile !== undefined) smallSearch(logFile)
