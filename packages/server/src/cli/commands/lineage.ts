import type { Command } from 'commander'

interface Options {
  readonly data?: string
  readonly models?: string
  readonly json: boolean
}

export function addLineage(program: Command): void {
  program
    .command('lineage <decision|model>')
    .description('Tell what a decision, or a model version or alias, came from')
    .option('--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)')
    .option('--models <folder>', 'model registry (default: ATALAYA_MODEL_DIR or the bundled one)')
    .option('--json', 'as JSON', false)
    .action(run)
}

async function run(name: string, { data, models, json }: Options): Promise<void> {
  const [{ readServiceOptions }, { lineageOf }, { treeText }] = await Promise.all([
    import('../../http/index.ts'),
    import('../lineage/lineage.ts'),
    import('../lineage/tree.ts'),
  ])
  const { dataDir, modelDir } = readServiceOptions(process.env)
  const tree = lineageOf(name, { dataDir: data ?? dataDir, modelDir: models ?? modelDir })
  console.log(json ? JSON.stringify(tree, null, 1) : treeText(tree))
}
