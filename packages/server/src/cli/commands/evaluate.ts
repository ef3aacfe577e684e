import { resolve } from 'node:path'
import type { Command } from 'commander'
import { BUNDLED_MODELS } from '../bundled-models.ts'
import { writeOutput } from '../output.ts'
import { dateMs } from '../parse.ts'
import { addPolicyOptions, type PolicyOptions, readPolicy, writePolicy } from '../policy-options.ts'
import type { DataOptions } from '../training-data.ts'
import { addRegistryOption } from './models.ts'
import { addDataOptions } from './train.ts'

interface Options extends Omit<DataOptions, 'seed' | 'days' | 'start'>, PolicyOptions {
  readonly registry: string
  readonly judgeFrom?: number
  readonly report?: string
  readonly json: boolean
}

export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate <model>')
    .description('Measure a stored model (version or alias) on a history')
    .option('--judge-from <date>', 'judge only orders from then on; earlier ones are their history', dateMs)
    .option('--report <file>', 'where the HTML report goes')
    .option('--json', 'print JSON and nothing else', false)
  addPolicyOptions(addDataOptions(addRegistryOption(command))).action(run)
}

async function run(model: string, options: Options): Promise<void> {
  const [{ progressBars }, { openData }, { evaluateModel }, { assessmentText }, { assessmentJson }] =
    await Promise.all([
      import('../train-progress.ts'),
      import('../training-data.ts'),
      import('../../training/evaluate-model.ts'),
      import('../../training/assessment-text.ts'),
      import('../../training/assessment-json.ts'),
    ])
  const [{ openIpData }, { siteCurrencyConverter }, { openRegistry }, { reportHtml }] = await Promise.all([
    import('../../ipdata/index.ts'),
    import('../../sites/index.ts'),
    import('../../registry/index.ts'),
    import('../../training/report/html.ts'),
  ])
  const registry = openRegistry(options.registry)
  const stored = registry.load(model)
  const progress = progressBars()
  const opened = await openData({ ...options, seed: 0, days: 0, start: 0 }, progress, 'judging')
  try {
    const { source } = opened
    const assessment = await evaluateModel(stored, source, {
      policy: readPolicy(options, source.site.currency),
      ...(options.reviewCapacity && { reviewCapacity: options.reviewCapacity }),
      lookupIp: (await openIpData()).lookup,
      toSiteMinor: siteCurrencyConverter({ currency: source.site.currency, rates: [] }),
      progress,
      ...(options.judgeFrom !== undefined && { fromMs: options.judgeFrom }),
    })
    progress.stop()
    const { manifest, version } = stored
    const { measuredOn, evaluation, threshold } = assessment
    const title = `Model ${version.slice(0, 8)} on ${measuredOn.window.rows.toLocaleString('en')} orders`
    if (options.report !== undefined)
      writeOutput(options.report, reportHtml({ title, assessment, manifest, measuredOn }))
    const written = writePolicy(options, assessment.policy.costs)
    if (options.json) console.log(JSON.stringify(assessmentJson(assessment, manifest), null, 1))
    else console.log([`model ${version}`, assessmentText(assessment, manifest), ...written].join('\n'))
    // The package's own registry is not the user's to write to.
    if (resolve(options.registry) === BUNDLED_MODELS) return
    registry.recordEvaluation({
      ...{ version, ...measuredOn, threshold, metrics: { ...evaluation.figures } },
    })
  } finally {
    progress.stop()
    opened.close()
  }
}
