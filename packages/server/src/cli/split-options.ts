import type { Command } from 'commander'
import type { SplitOptions } from '../training/split.ts'
import { dateMs, numberBetween } from './parse.ts'

/** Options that say what is learnt from and what is tested on. */
export interface SplitChoices {
  readonly testShare: number
  readonly testFrom?: number
  readonly maturityDays?: number
}

/** Adds them to a command. */
export function addSplitOptions(command: Command): Command {
  return command
    .option('--test-share <share>', 'last share of the orders that is tested on', numberBetween(0, 1), 0.2)
    .option('--test-from <date>', 'test on what comes from then on, instead of a share', dateMs)
    .option('--maturity-days <n>', 'age from which an order may be learnt from', numberBetween(0, 365))
}

/** What the options say. */
export async function splitOptionsOf({
  testShare,
  testFrom,
  maturityDays,
}: SplitChoices): Promise<SplitOptions> {
  const { DEFAULT_SPLIT } = await import('../training/split.ts')
  return {
    ...{ ...DEFAULT_SPLIT, testShare },
    ...(testFrom !== undefined && { testFromMs: testFrom }),
    ...(maturityDays !== undefined && { maturityDays }),
  }
}
