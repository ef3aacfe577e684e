export { type Spread, spread } from './figures.ts'
export {
  DEFAULT_PARAMETERS,
  type Parameters,
  type ParametersFile,
  readParameters,
  toFit,
} from './parameters.ts'
export { type Plan, planTrials, type Strategy, TREATMENTS } from './plan.ts'
export { type AblationFile, ablationOf, ablationTable, bestOf, trialLine, trialsTable } from './result.ts'
export { checkWritable, writeResult } from './result-file.ts'
export { DEFAULT_GRID, DEFAULT_SPACE, readSpace, type Space } from './space.ts'
export { type PreparedTuning, prepareTuning, type Tuned, type TuneOptions, tune } from './tune.ts'
