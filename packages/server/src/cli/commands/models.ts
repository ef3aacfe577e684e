import { type Command, Option } from 'commander'
import type { ModelRegistry, ModelSummary } from '../../registry/index.ts'
import { BUNDLED_MODELS } from '../bundled-models.ts'
import type { ImportOptions } from '../models/import.ts'
import { wholeNumberBetween } from '../parse.ts'
import { addSplitOptions } from '../split-options.ts'
import { addDataOptions } from './train.ts'

/** Which network makes the pre-score column. */
export const prescoreOption = () =>
  new Option(
    '--prescore <model>',
    'version whose pre-score network is used, or none (default: the champion, else the bundled one)',
  )

/** Adds the option that names a registry; the service's own is the default. */
export function addRegistryOption(command: Command): Command {
  const own = process.env['ATALAYA_MODEL_DIR'] ?? BUNDLED_MODELS
  return command.option(
    '--registry <folder>',
    'the registry (default: ATALAYA_MODEL_DIR or the bundled one)',
    own,
  )
}

interface Options {
  readonly registry: string
}

interface PromoteOptions {
  readonly alias: string
  readonly force: boolean
  readonly reason?: string
}

const ALIASES = ['champion', 'challenger'] as const

const aliasOption = () =>
  new Option('--alias <alias>', 'champion judges, challenger only watches')
    .choices(ALIASES)
    .default('champion')

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('List the model versions of a registry, and manage them')
  addRegistryOption(models).action(list)
  models
    .command('show <version>')
    .description('Tell all that is known of a version: data, slices, metrics, importance, promotions')
    .option('--json', 'its manifest as JSON', false)
    .action(show)
  models.command('compare <a> <b>').description('Show two versions side by side').action(compare)
  models
    .command('promote <version>')
    .description('Make a version the champion, if it passes the gates')
    .addOption(aliasOption())
    .option('--force', 'overrule failed gates; needs --reason', false)
    .option('--reason <text>', 'why they are overruled; goes to the log')
    .action(promote)
  models
    .command('rollback')
    .description('Make the champion before the champion again')
    .addOption(aliasOption())
    .action(async ({ alias }: PromoteOptions, command: Command) => {
      const registry = await open(command)
      console.log(`${alias}: ${registry.rollback(alias)}`)
    })
  models
    .command('log')
    .description('Every promotion and rollback with who, when and over which gates')
    .action(async (_options: unknown, command: Command) => {
      const { promotionLine } = await import('../models/page.ts')
      const log = (await open(command)).promotions()
      console.log(log.length > 0 ? log.map(promotionLine).join('\n') : 'nothing was promoted yet')
    })
  models
    .command('shadow')
    .description('How the challenger scored the decisions of a service beside the champion')
    .option('--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)')
    .action(async ({ data }: { readonly data?: string }) => {
      const [{ readServiceOptions }, { shadowReport }] = await Promise.all([
        import('../../http/index.ts'),
        import('../models/shadow.ts'),
      ])
      console.log(shadowReport(data ?? readServiceOptions(process.env).dataDir))
    })
  models
    .command('remove <version>')
    .description('Remove a version that no alias stands for')
    .action(async (version: string, _options: unknown, command: Command) => {
      console.log(`removed ${(await open(command)).remove(version)}`)
    })
  addImport(models)
  models
    .command('prune')
    .description('Remove every version that no alias stands for')
    .action(async (_options: unknown, command: Command) => {
      const removed = (await open(command)).prune()
      console.log(removed.length > 0 ? `removed ${removed.join(', ')}` : 'every version has an alias')
    })
}

function addImport(models: Command): void {
  const command = models
    .command('import')
    .description(
      'Take in a model trained elsewhere: calibrate and test it on a history, and hold it to its own scores',
    )
    .option('--xgboost <file>', 'a model saved by XGBoost 1.7 or newer as .json, or as .ubj')
    .option('--onnx <file>', 'a classifier as skl2onnx and onnxmltools write it')
    .option('--features <file>', 'JSON: list of its columns in order, or object of its names and ours')
    .option('--samples <file>', 'rows with the scores its own library gave them')
    .addOption(
      new Option('--calibration <how>', 'fit on the calibration slice, or none')
        .choices(['fit', 'none'])
        .default('fit'),
    )
    .addOption(prescoreOption())
    .option('--seed <n>', 'of the intervals', wholeNumberBetween(0, 2 ** 31), 1)
  addSplitOptions(addDataOptions(command)).action(
    async (options: Omit<ImportOptions, 'registry'>, self: Command) => {
      const [registry, { importModel }] = await Promise.all([open(self), import('../models/import.ts')])
      console.log(await importModel(registry, options))
    },
  )
}

async function open(command: Command): Promise<ModelRegistry> {
  const { openRegistry } = await import('../../registry/index.ts')
  return openRegistry(command.optsWithGlobals<Options>().registry)
}

async function show(version: string, { json }: { readonly json: boolean }, command: Command): Promise<void> {
  const [registry, { modelPage }] = await Promise.all([open(command), import('../models/page.ts')])
  const { manifest } = registry.load(version)
  console.log(json ? JSON.stringify(manifest, null, 1) : modelPage(registry, manifest))
}

async function compare(a: string, b: string, _options: unknown, command: Command): Promise<void> {
  const [registry, { comparison }] = await Promise.all([open(command), import('../models/compare.ts')])
  console.log(comparison(registry, registry.load(a).manifest, registry.load(b).manifest))
}

async function promote(version: string, options: PromoteOptions, command: Command): Promise<void> {
  const [registry, { promoteThroughGates }] = await Promise.all([
    open(command),
    import('../models/promote.ts'),
  ])
  console.log(promoteThroughGates(registry, version, options))
}

async function list({ registry }: Options): Promise<void> {
  const { openRegistry } = await import('../../registry/index.ts')
  const versions = openRegistry(registry).list()
  if (versions.length === 0) {
    console.log(`no models in ${registry}; \`atalaya train\` makes one`)
    return
  }
  const header = `${'version'.padEnd(34)}${'alias'.padEnd(22)}${'AP'.padEnd(9)}${'ROC-AUC'.padEnd(9)}${'data'.padEnd(26)}rows`
  console.log([header, ...versions.map(line)].join('\n'))
}

function line({ version, aliases, manifest: { metrics, data } }: ModelSummary): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const figure = (name: string) => (metrics[name]?.value.toFixed(4) ?? '').padEnd(9)
  const figures = `${figure('average_precision')}${figure('roc_auc')}`
  return `${version.padEnd(34)}${aliases.join(',').padEnd(22)}${figures}${`${day(data.fromMs)} to ${day(data.toMs)}`.padEnd(26)}${data.rows}`
}
