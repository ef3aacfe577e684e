import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import type { ModelSummary } from '../../registry/index.ts'

const BUNDLED_MODELS = fileURLToPath(new URL('../../../models', import.meta.url))

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

export function addModels(program: Command): void {
  const models = program.command('models').description('List the model versions of a registry')
  addRegistryOption(models).action(list)
  models
    .command('promote <version>')
    .description('Make a version the champion; to roll back, promote the one before')
    .action(async (version: string, _options: unknown, command: Command) => {
      const { openRegistry } = await import('../../registry/index.ts')
      const { registry } = command.optsWithGlobals<Options>()
      console.log(`champion: ${openRegistry(registry).promote(version)}`)
    })
}

async function list({ registry }: Options): Promise<void> {
  const { openRegistry } = await import('../../registry/index.ts')
  const versions = openRegistry(registry).list()
  if (versions.length === 0) {
    console.log(`no models in ${registry}; \`atalaya train\` makes one`)
    return
  }
  const header = `${'version'.padEnd(34)}${'alias'.padEnd(12)}${'AP'.padEnd(9)}${'ROC-AUC'.padEnd(9)}${'data'.padEnd(26)}rows`
  console.log([header, ...versions.map(line)].join('\n'))
}

function line({ version, aliases, manifest: { metrics, data } }: ModelSummary): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const figure = (name: string) => (metrics[name]?.value.toFixed(4) ?? '').padEnd(9)
  const figures = `${figure('average_precision')}${figure('roc_auc')}`
  return `${version.padEnd(34)}${aliases.join(',').padEnd(12)}${figures}${`${day(data.fromMs)} to ${day(data.toMs)}`.padEnd(26)}${data.rows}`
}
