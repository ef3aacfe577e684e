import type { Command } from 'commander'
import { addFitOptions, type FitChoices, fitOptionsOf } from '../fit-options.ts'
import { dateMs, numberBetween, wholeNumberBetween } from '../parse.ts'
import { addPolicyOptions, type PolicyOptions, readPolicy, writePolicy } from '../policy-options.ts'
import { addSplitOptions, type SplitChoices, splitOptionsOf } from '../split-options.ts'
import type { DataOptions } from '../training-data.ts'
import { DEFAULT_START } from './simulate.ts'

interface Options extends DataOptions, SplitChoices, FitChoices, PolicyOptions {
  readonly out: string
  readonly report: boolean
  readonly prescoreGain: boolean
  readonly promote: boolean
  readonly only: boolean
}

const share = numberBetween(0, 1)

/** Options that say what to read, shared by the commands that read records. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--data <file>', 'payments as CSV, NDJSON (both may be gzipped) or Parquet')
    .option('--mapping <file>', 'which column of --data fills which field')
    .option('--history <file>', 'history records as NDJSON, may be gzipped')
    .option('--from <date>', 'of --data: only rows from then on', dateMs)
    .option('--to <date>', 'of --data: only rows before then', dateMs)
    .option('--rejected <file>', 'of --data: where bad rows go (default: <file>.rejected.ndjson)')
    .option('--max-bad-share <share>', 'of --data: refuse with more bad rows', share, 0.01)
    .option('--time-zone <zone>', 'of the shop, unless the mapping says it', 'America/Lima')
    .option('--currency <code>', 'of the shop, unless the mapping says it', 'PEN')
    .option('--country <code>', 'of the shop, unless the mapping says it', 'PE')
}

/** Options of a simulated history, and the seed. */
export function addSimulationOptions(command: Command): Command {
  return command
    .option('--simulate <n>', 'simulate so many payments', wholeNumberBetween(1, 100_000_000))
    .option('--days <n>', 'of --simulate: length of the history', wholeNumberBetween(1, 3650), 150)
    .option('--start <date>', 'of --simulate: beginning', dateMs, dateMs(DEFAULT_START))
    .option(
      '--seed <n>',
      'same data, seed and XGBoost version: same bytes',
      wholeNumberBetween(0, 2 ** 31),
      1,
    )
}

export function addTrain(program: Command): void {
  const command = program.command('train').description('Train a model and store it in a registry')
  addDataOptions(command)
  addSimulationOptions(command).requiredOption('--out <folder>', 'registry that takes the model')
  addSplitOptions(command)
  addPolicyOptions(command)
  addFitOptions(command)
    .option('--no-report', 'leave out the HTML report, and what only it shows')
    .option('--no-prescore-gain', 'do not fit again without the pre-score to tell what it is worth')
    .option(
      '--promote',
      'make it the champion if it passes the gates; the first of a registry always is',
      false,
    )
    .option('--only', 'promote it and remove the versions that no alias stands for', false)
    .action(run)
}

async function run(options: Options, command: Command): Promise<void> {
  const [{ progressBars }, { openData }, { trainModel }, { openIpData }, { siteCurrencyConverter }] =
    await Promise.all([
      import('../train-progress.ts'),
      import('../training-data.ts'),
      import('../../training/train.ts'),
      import('../../ipdata/index.ts'),
      import('../../sites/index.ts'),
    ])
  const [{ openRegistry }, { assessmentText }] = await Promise.all([
    import('../../registry/index.ts'),
    import('../../training/assessment-text.ts'),
  ])
  const [{ fitPreScore }, { promoteTrained }] = await Promise.all([
    import('../../training/prescore/index.ts'),
    import('../models/promote.ts'),
  ])
  const fit = await fitOptionsOf(options, command)
  const startedMs = performance.now()
  const progress = progressBars()
  const opened = await openData(options, progress)
  try {
    const { source } = opened
    const trained = await trainModel(source, {
      fit,
      split: await splitOptionsOf(options),
      policy: readPolicy(options, source.site.currency),
      ...(options.reviewCapacity && { reviewCapacity: options.reviewCapacity }),
      fitPreScore,
      measurePreScoreGain: options.report && options.prescoreGain,
      lookupIp: (await openIpData()).lookup,
      toSiteMinor: siteCurrencyConverter({ currency: source.site.currency, rates: [] }),
      progress,
    })
    const registry = openRegistry(options.out)
    const { reportHtml, ...bare } = trained.artefacts
    const version = registry.add(options.report && reportHtml !== undefined ? { ...bare, reportHtml } : bare)
    const promotion = promoteTrained(registry, version, options)
    progress.stop()
    const { manifest } = trained.artefacts
    const rejected = opened.report()
    const lines = [
      assessmentText(trained.assessment, manifest),
      ...(rejected && rejected.rejected > 0
        ? [`${rejected.rejected} of ${rejected.read} rows were bad and set aside`]
        : []),
      `exported model against XGBoost ${manifest.engine.version} on ${trained.parity.rows} rows: log-odds ${trained.parity.onnxMargin.toExponential(1)}, probability ${trained.parity.onnxProbability.toExponential(1)}`,
      `${manifest.engine.rounds} trees of ${manifest.columns.length} columns in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
      `model ${version} in ${options.out}`,
      ...promotion,
      ...writePolicy(options, trained.assessment.policy.costs),
    ]
    console.log(lines.join('\n'))
  } finally {
    progress.stop()
    opened.close()
  }
}
