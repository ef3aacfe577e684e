/** `npm run bench:handbook -- --data FILE[,FILE...] [--starts DATE,...] [--json]`: the public benchmark on card payments. */
import { parseArgs } from 'node:util'
import { fileList, list, runMain } from '../public-data/command.ts'
import type { Figures, HandbookFigures } from './figures.ts'
import { measureHandbook, TEST_STARTS } from './measure.ts'
import { PUBLISHED } from './published.ts'
import { measureTreatments, treatmentsTable, VALIDATION_STARTS } from './treatments.ts'

const help = `npm run bench:handbook -- --data FILE[,FILE...] [OPTIONS]
  --data FILE,...    the Handbook's simulated transactions; several files are parts of one history
  --starts DATE,...  first days of the training weeks (default: ${TEST_STARTS.join(',')})
  --ablation         compare treatments of imbalance on the validation weeks (default --starts then: ${VALIDATION_STARTS.join(',')})
  --json             print {folds: [{start, auc, ap, cp100}], mean: {auc, ap, cp100}} and nothing else
  --help             this text`

function table({ folds, mean }: HandbookFigures): string {
  const line = (name: string, { auc, ap, cp100 }: Figures) =>
    `${name.padEnd(44)}${[auc, ap, cp100].map(value => value.toFixed(4).padStart(9)).join('')}`
  return [
    `${''.padEnd(44)}${['AUC', 'AP', 'CP@100'].map(name => name.padStart(9)).join('')}`,
    ...folds.map(fold => line(`training from ${fold.start}`, fold)),
    line('mean', mean),
    '',
    'published test results, mean of the four folds',
    ...PUBLISHED.map(([model, figures]) => line(`  ${model}`, figures)),
  ].join('\n')
}

const starts = (given: string | undefined, usual: readonly string[]) =>
  given === undefined ? usual : list(given)

await runMain('bench:handbook', async say => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', multiple: true, default: [] },
      starts: { type: 'string' },
      ablation: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return help
  const files = fileList(values.data)
  if (values.ablation) {
    const treatments = await measureTreatments(files, starts(values.starts, VALIDATION_STARTS), say)
    return values.json ? JSON.stringify(treatments) : treatmentsTable(treatments)
  }
  const figures = await measureHandbook(files, starts(values.starts, TEST_STARTS), say)
  return values.json ? JSON.stringify(figures) : table(figures)
})
