import { type Command, Option } from 'commander'
import type { FitOptions } from '../training/fit.ts'
import { numberBetween, wholeNumberBetween } from './parse.ts'

/** Options that say how trees are grown. */
export interface FitChoices {
  readonly seed: number
  readonly params?: string
  readonly maxDepth: number
  readonly rounds: number
  readonly eta: number
  readonly minChildWeight: number
  readonly columnSample: number
  readonly bins: readonly number[]
  readonly imbalance: 'none' | 'weight' | 'sqrt-weight' | 'smote'
  readonly smoteShare: number
}

const bins = (text: string) => text.split(',').map(wholeNumberBetween(2, 65_536))

/** Adds them to a command. */
export function addFitOptions(command: Command): Command {
  return command
    .option('--params <file>', 'parameters that `atalaya tune` found; options given beside it win')
    .option('--max-depth <n>', 'of a tree', wholeNumberBetween(1, 16), 6)
    .option('--rounds <n>', 'most trees', wholeNumberBetween(1, 10_000), 400)
    .option('--eta <n>', 'learning rate', numberBetween(0.001, 1), 0.1)
    .option('--min-child-weight <n>', 'least weight of a leaf', numberBetween(0, 1e6), 1)
    .option('--column-sample <share>', 'share of the columns a tree sees', numberBetween(0, 1), 0.6)
    .option('--bins <n,...>', 'histogram sizes tried on the validation slice', bins, [256, 1024])
    .addOption(
      new Option('--imbalance <how>', 'how the rarity of fraud is treated')
        .choices(['none', 'weight', 'sqrt-weight', 'smote'])
        .default('none'),
    )
    .option('--smote-share <share>', 'share of fraud that smote aims at', numberBetween(0.001, 0.5), 0.1)
}

/** What the options say, over the parameters file if one is given. @throws TrainingError of that file */
export async function fitOptionsOf(options: FitChoices, command: Command): Promise<FitOptions> {
  const [{ DEFAULT_FIT }, { readParameters, toFit }] = await Promise.all([
    import('../training/fit.ts'),
    import('../training/tune/parameters.ts'),
  ])
  const { imbalance: kind } = options
  const chosen: Readonly<Record<string, Partial<FitOptions>>> = {
    maxDepth: { maxDepth: options.maxDepth },
    eta: { eta: options.eta },
    minChildWeight: { minChildWeight: options.minChildWeight },
    columnSample: { columnSample: options.columnSample },
    bins: { maxBins: options.bins },
    imbalance: { imbalance: kind === 'smote' ? { kind, share: options.smoteShare } : { kind } },
  }
  const { params } = options
  const wins = (option: string) => params === undefined || command.getOptionValueSource(option) === 'cli'
  return Object.assign(
    { ...DEFAULT_FIT, seed: options.seed, maxRounds: options.rounds },
    params !== undefined && toFit(readParameters(params)),
    ...Object.entries(chosen).map(([option, value]) => wins(option) && value),
  )
}
