import type { Command } from 'commander'
import { dateMs, numberBetween, wholeNumberBetween } from '../parse.ts'
import type { DataOptions } from '../training-data.ts'
import { DEFAULT_START } from './simulate.ts'

interface Options extends DataOptions {
  readonly out: string
  readonly testFrom?: number
  readonly testShare: number
  readonly maturityDays?: number
  readonly maxDepth: number
  readonly rounds: number
  readonly eta: number
  readonly minChildWeight: number
  readonly columnSample: number
  readonly bins: readonly number[]
  readonly report: boolean
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

export function addTrain(program: Command): void {
  const command = program.command('train').description('Train a model and store it in a registry')
  addDataOptions(command)
    .option('--simulate <n>', 'simulate so many payments', wholeNumberBetween(1, 100_000_000))
    .option('--days <n>', 'of --simulate: length of the history', wholeNumberBetween(1, 3650), 150)
    .option('--start <date>', 'of --simulate: beginning', dateMs, dateMs(DEFAULT_START))
    .option(
      '--seed <n>',
      'same data, seed and XGBoost version: same bytes',
      wholeNumberBetween(0, 2 ** 31),
      1,
    )
    .requiredOption('--out <folder>', 'registry that takes the model')
    .option('--test-share <share>', 'last share of the orders that is tested on', share, 0.2)
    .option('--test-from <date>', 'test on what comes from then on, instead of a share', dateMs)
    .option('--maturity-days <n>', 'age from which an order may be learnt from', numberBetween(0, 365))
    .option('--max-depth <n>', 'of a tree', wholeNumberBetween(1, 16), 6)
    .option('--rounds <n>', 'most trees', wholeNumberBetween(1, 10_000), 400)
    .option('--eta <n>', 'learning rate', numberBetween(0.001, 1), 0.1)
    .option('--min-child-weight <n>', 'least weight of a leaf', numberBetween(0, 1e6), 1)
    .option('--column-sample <share>', 'share of the columns a tree sees', share, 0.6)
    .option('--bins <n,...>', 'histogram sizes tried on the validation slice', bins, [256, 1024])
    .option('--no-report', 'leave out the HTML report')
    .option(
      '--promote',
      'make it the champion if it passes the gates; the first of a registry always is',
      false,
    )
    .option('--only', 'promote it and remove the versions that no alias stands for', false)
    .action(run)
}

const bins = (text: string) => text.split(',').map(wholeNumberBetween(2, 65_536))

async function run(options: Options): Promise<void> {
  const [{ progressBars }, { openData }, { trainModel }, { openIpData }, { siteCurrencyConverter }] =
    await Promise.all([
      import('../train-progress.ts'),
      import('../training-data.ts'),
      import('../../training/train.ts'),
      import('../../ipdata/index.ts'),
      import('../../sites/index.ts'),
    ])
  const [{ openRegistry }, { evaluationTable }, { DEFAULT_FIT }, { DEFAULT_SPLIT }, { DEFAULT_POLICY }] =
    await Promise.all([
      import('../../registry/index.ts'),
      import('../../training/evaluation.ts'),
      import('../../training/fit.ts'),
      import('../../training/split.ts'),
      import('../../policy/index.ts'),
    ])
  const [{ fitPreScore }, { promoteTrained }] = await Promise.all([
    import('../../training/prescore/index.ts'),
    import('../models/promote.ts'),
  ])
  const startedMs = performance.now()
  const progress = progressBars()
  const opened = await openData(options, progress)
  try {
    const { source } = opened
    const trained = await trainModel(source, {
      fit: {
        ...DEFAULT_FIT,
        ...{ seed: options.seed, maxDepth: options.maxDepth, maxRounds: options.rounds, eta: options.eta },
        ...{
          minChildWeight: options.minChildWeight,
          columnSample: options.columnSample,
          maxBins: options.bins,
        },
      },
      split: {
        ...DEFAULT_SPLIT,
        testShare: options.testShare,
        ...(options.testFrom !== undefined && { testFromMs: options.testFrom }),
        ...(options.maturityDays !== undefined && { maturityDays: options.maturityDays }),
      },
      policy: DEFAULT_POLICY,
      fitPreScore,
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
      evaluationTable(trained.evaluation, trained.threshold),
      ...(manifest.leakage.length > 0
        ? [`LEAKAGE ALARM: ${manifest.leakage.join(', ')} alone rank nearly as well as the model`]
        : []),
      ...(rejected && rejected.rejected > 0
        ? [`${rejected.rejected} of ${rejected.read} rows were bad and set aside`]
        : []),
      `exported model against XGBoost ${manifest.engine.version} on ${trained.parity.rows} rows: log-odds ${trained.parity.onnxMargin.toExponential(1)}, probability ${trained.parity.onnxProbability.toExponential(1)}`,
      `${manifest.engine.rounds} trees of ${manifest.columns.length} columns in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
      `model ${version} in ${options.out}`,
      ...promotion,
    ]
    console.log(lines.join('\n'))
  } finally {
    progress.stop()
    opened.close()
  }
}
