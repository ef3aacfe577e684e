import { resolve } from 'node:path'
import type { Command } from 'commander'
import { dateMs } from '../parse.ts'
import type { DataOptions } from '../training-data.ts'
import { addRegistryOption, BUNDLED_MODELS } from './models.ts'
import { addDataOptions } from './train.ts'

interface Options extends Omit<DataOptions, 'seed' | 'days' | 'start'> {
  readonly registry: string
  readonly judgeFrom?: number
}

export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate <model>')
    .description('Measure a stored model (version or alias) on a history')
    .option('--judge-from <date>', 'judge only orders from then on; earlier ones are their history', dateMs)
  addDataOptions(addRegistryOption(command)).action(run)
}

async function run(model: string, options: Options): Promise<void> {
  const [{ progressBars }, { openData }, { evaluateModel }, { evaluationTable }] = await Promise.all([
    import('../train-progress.ts'),
    import('../training-data.ts'),
    import('../../training/evaluate-model.ts'),
    import('../../training/evaluation.ts'),
  ])
  const [{ openIpData }, { siteCurrencyConverter }, { openRegistry }, { DEFAULT_POLICY }] = await Promise.all(
    [
      import('../../ipdata/index.ts'),
      import('../../sites/index.ts'),
      import('../../registry/index.ts'),
      import('../../policy/index.ts'),
    ],
  )
  const registry = openRegistry(options.registry)
  const stored = registry.load(model)
  const progress = progressBars()
  const opened = await openData({ ...options, seed: 0, days: 0, start: 0 }, progress, 'judging')
  try {
    const { source } = opened
    const evaluation = await evaluateModel(stored, source, {
      policy: DEFAULT_POLICY,
      lookupIp: (await openIpData()).lookup,
      toSiteMinor: siteCurrencyConverter({ currency: source.site.currency, rates: [] }),
      progress,
      ...(options.judgeFrom !== undefined && { fromMs: options.judgeFrom }),
    })
    progress.stop()
    console.log(
      `model ${stored.version}\n${evaluationTable(evaluation, stored.manifest.threshold.probability)}`,
    )
    // The package's own registry is not the user's to write to.
    if (resolve(options.registry) === BUNDLED_MODELS) return
    const { measuredOn, figures } = evaluation
    registry.recordEvaluation({
      ...{ version: stored.version, ...measuredOn },
      ...{ threshold: stored.manifest.threshold.probability, metrics: { ...figures } },
    })
  } finally {
    progress.stop()
    opened.close()
  }
}
