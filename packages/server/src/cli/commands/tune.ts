import { type Command, Option } from 'commander'
import { AtalayaError } from '../../base/errors.ts'
import type { Strategy } from '../../training/tune/index.ts'
import { wholeNumberBetween } from '../parse.ts'
import { addSplitOptions, type SplitChoices, splitOptionsOf } from '../split-options.ts'
import type { DataOptions } from '../training-data.ts'
import { addDataOptions, addSimulationOptions } from './train.ts'

interface Options extends DataOptions, SplitChoices {
  readonly strategy: Strategy
  readonly trials: number
  readonly space?: string
  readonly params?: string
  readonly folds: number
  readonly window: 'expanding' | 'rolling'
  readonly rounds: number
  readonly log: string
  readonly out?: string
}

export function addTune(program: Command): void {
  const command = program
    .command('tune')
    .description('Search the parameters of `train` on folds in time, or compare treatments of imbalance')
  addDataOptions(command)
  addSplitOptions(addSimulationOptions(command))
    .addOption(
      new Option('--strategy <how>', 'ablation compares none, weights and SMOTE-NC')
        .choices(['random', 'grid', 'halving', 'ablation'])
        .default('random'),
    )
    .option('--trials <n>', 'most settings tried', wholeNumberBetween(1, 100_000), 20)
    .option('--space <file>', 'what is searched, as JSON; see docs/tune-a-model.md for the default')
    .option('--params <file>', 'begin from these parameters instead of the defaults of `train`')
    .option('--folds <n>', 'models made and judged for each setting', wholeNumberBetween(1, 100), 3)
    .addOption(
      new Option('--window <kind>', 'a fold learns from all before it, or from a window of one length')
        .choices(['expanding', 'rolling'])
        .default('expanding'),
    )
    .option('--rounds <n>', 'most trees', wholeNumberBetween(1, 10_000), 400)
    .option('--log <file>', 'takes each trial as it ends; the same command goes on from there', 'tune.ndjson')
    .option('--out <file>', 'takes the result (default: best.json, of an ablation ablation.json)')
    .action(run)
}

async function run(options: Options): Promise<void> {
  const { strategy, trials, seed, log: logFile } = options
  if (strategy === 'ablation' && options.space !== undefined)
    throw new AtalayaError(
      'training_options',
      'an ablation searches nothing, so --space says nothing to it',
      'Leave --space out, or search `imbalance` in a space by another strategy.',
    )
  const [tuning, { progressBars }] = await Promise.all([
    import('../../training/tune/index.ts'),
    import('../train-progress.ts'),
  ])
  const outFile = options.out ?? (strategy === 'ablation' ? 'ablation.json' : 'best.json')
  const usualSpace = strategy === 'grid' ? tuning.DEFAULT_GRID : tuning.DEFAULT_SPACE
  const plan = {
    ...{ strategy, trials, seed },
    space: options.space === undefined ? usualSpace : tuning.readSpace(options.space),
    base: options.params === undefined ? tuning.DEFAULT_PARAMETERS : tuning.readParameters(options.params),
  }
  // Faults that are known now are told before minutes are spent on features.
  tuning.planTrials(plan)
  tuning.checkWritable(outFile, logFile)
  const progress = progressBars()
  try {
    const prepared = await prepare(options, progress)
    const tuned = tuning.tune(prepared, {
      ...plan,
      ...{ maxRounds: options.rounds, logFile, progress },
      onTrial: (trial, best) => {
        if (!process.stderr.isTTY) console.error(tuning.trialLine(trial, best))
      },
    })
    progress.stop()
    const isAblation = strategy === 'ablation'
    const result = isAblation
      ? tuning.ablationOf(tuned, prepared.sha256)
      : tuning.bestOf(tuned, prepared.sha256, plan)
    tuning.writeResult(outFile, result)
    const judged = prepared.folds.reduce((sum, fold) => sum + fold.judged.length, 0)
    console.log(
      [
        `${prepared.folds.length} folds, ${judged} orders judged, labels mature after ${prepared.maturityDays} days; mean ± standard deviation over the folds`,
        isAblation ? tuning.ablationTable(tuned) : tuning.trialsTable(tuned),
        ...(tuned.resumed > 0 ? [`${tuned.resumed} trials were in ${logFile} already`] : []),
        isAblation
          ? `ablation in ${outFile}`
          : `best parameters in ${outFile}; \`atalaya train --params ${outFile}\` reads them`,
      ].join('\n'),
    )
  } finally {
    progress.stop()
  }
}

/** Reads the records into a table and forgets them: a run broken off later leaves no temporary file. */
async function prepare(
  options: Options,
  progress: ReturnType<typeof import('../train-progress.ts').progressBars>,
) {
  const [{ openData }, { prepareTuning }, { fitPreScore }, { openIpData }, { siteCurrencyConverter }] =
    await Promise.all([
      import('../training-data.ts'),
      import('../../training/tune/index.ts'),
      import('../../training/prescore/index.ts'),
      import('../../ipdata/index.ts'),
      import('../../sites/index.ts'),
    ])
  const { folds: count, window, seed } = options
  const split = await splitOptionsOf(options)
  const opened = await openData(options, progress)
  try {
    const { source } = opened
    return await prepareTuning(
      source,
      { count, window, split },
      {
        ...{ seed, progress, fitPreScore },
        lookupIp: (await openIpData()).lookup,
        toSiteMinor: siteCurrencyConverter({ currency: source.site.currency, rates: [] }),
      },
    )
  } finally {
    opened.close()
  }
}
