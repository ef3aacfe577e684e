import type { Choice } from '../public-data/fit.ts'

/** What validation chose; `docs/benchmarks.md` has the table of what was tried. */
export const CHOICE: Choice = {
  params: {
    seed: 1,
    tree_method: 'exact',
    max_depth: 4,
    eta: 0.05,
    subsample: 0.9,
    colsample_bytree: 0.6,
  },
  rounds: 200,
}
