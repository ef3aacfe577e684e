import type { Command } from 'commander'
import { AtalayaError } from '../../base/errors.ts'
import type { StoredModel } from '../../registry/index.ts'
import type { OrderChoice } from '../../training/explain.ts'
import { wholeNumberBetween } from '../parse.ts'
import type { DataOptions } from '../training-data.ts'
import { addRegistryOption } from './models.ts'
import { addDataOptions } from './train.ts'

interface Options extends Omit<DataOptions, 'seed' | 'days' | 'start'> {
  readonly registry: string
  readonly order?: string
  readonly row?: number
  readonly decision?: string
  readonly dataDir?: string
  readonly json: boolean
}

export function addExplain(program: Command): void {
  const command = program
    .command('explain <model>')
    .description('Tell what a model goes by, or why it gives one order its score')
    .option('--order <id>', 'an order of --history or --data, by its id')
    .option('--row <n>', 'the same by its place, from 1', wholeNumberBetween(1, 2 ** 31))
    .option('--decision <id>', 'a decision that a service stored')
    .option('--data-dir <folder>', 'data folder of that service (default: ATALAYA_DATA_DIR or ./data)')
    .option('--json', 'print JSON and nothing else', false)
  addDataOptions(addRegistryOption(command)).action(run)
}

async function run(name: string, options: Options): Promise<void> {
  const { openRegistry } = await import('../../registry/index.ts')
  const stored = openRegistry(options.registry).load(name)
  const { explanationText, importanceText, orderTitle } = await import('../explain-text.ts')
  const choice = chosen(options)
  if (choice === null) {
    const { version, featureImportance, importance, leakage } = stored.manifest
    const told = { model: version, features: featureImportance ?? null, columns: importance, leakage }
    console.log(options.json ? JSON.stringify(told, null, 1) : importanceText(stored.manifest))
    return
  }
  const { explainFeatures } = await import('../../training/explain.ts')
  if ('decision' in choice) {
    const { orderId, receivedAtMs, judgedBy, features } = await storedDecision(choice.decision, options)
    const explained = await explainFeatures(stored, features)
    const title = [
      `decision ${choice.decision}, order ${orderId}, ${new Date(receivedAtMs).toISOString()}`,
      ...(judgedBy === stored.version ? [] : [`the service judged it by model ${judgedBy}`]),
    ]
    const told = { decision: choice.decision, orderId, receivedAtMs, judgedBy, ...explained }
    console.log(options.json ? JSON.stringify(told, null, 1) : explanationText(explained, title))
    return
  }
  const order = await orderOf(stored, choice, options)
  const explained = await explainFeatures(stored, order.features)
  const { features: _, ...found } = order
  console.log(
    options.json
      ? JSON.stringify({ ...found, ...explained }, null, 1)
      : explanationText(explained, orderTitle(order)),
  )
}

/** What is asked for; null for the model as a whole. */
function chosen({
  order,
  row,
  decision,
  history,
  data,
}: Options): OrderChoice | { readonly decision: string } | null {
  const given = [order, row, decision].filter(value => value !== undefined)
  if (given.length > 1)
    throw new AtalayaError(
      'explain_options',
      'more than one order is named',
      'Give one of --order ID, --row N and --decision ID.',
    )
  if (decision !== undefined) return { decision }
  if (order !== undefined) return { order }
  if (row !== undefined) return { row }
  if (history === undefined && data === undefined) return null
  throw new AtalayaError('explain_options', 'no order of the history is named', 'Give --order ID or --row N.')
}

async function storedDecision(id: string, { dataDir }: Options) {
  const [{ readServiceOptions, readStoredDecision }, { computeFeatures }] = await Promise.all([
    import('../../http/index.ts'),
    import('../../features/index.ts'),
  ])
  const { envelope } = readStoredDecision(id, dataDir ?? readServiceOptions(process.env).dataDir)
  const { event, versions } = envelope
  return {
    ...{ orderId: event.id, receivedAtMs: event.receivedAtMs, judgedBy: versions.model },
    features: computeFeatures(envelope),
  }
}

async function orderOf(stored: StoredModel, choice: OrderChoice, options: Options) {
  const [{ progressBars }, { openData }, { findOrder }, { openIpData }, { siteCurrencyConverter }] =
    await Promise.all([
      import('../train-progress.ts'),
      import('../training-data.ts'),
      import('../../training/explain.ts'),
      import('../../ipdata/index.ts'),
      import('../../sites/index.ts'),
    ])
  const progress = progressBars()
  const opened = await openData({ ...options, seed: 0, days: 0, start: 0 }, progress, 'judging')
  try {
    return await findOrder(stored, opened.source, choice, {
      lookupIp: (await openIpData()).lookup,
      toSiteMinor: siteCurrencyConverter({ currency: opened.source.site.currency, rates: [] }),
      progress,
    })
  } finally {
    progress.stop()
    opened.close()
  }
}
