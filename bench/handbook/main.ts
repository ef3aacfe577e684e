/** `npm run bench:handbook -- --data FILE[,FILE...] [--starts DATE,...] [--json]`: the public benchmark on card payments. */
import { parseArgs } from 'node:util'
import { fileList, list, runMain } from '../public-data/command.ts'
import { VARIANTS } from './choice.ts'
import type { Figures, HandbookFigures } from './figures.ts'
import { measureFolds, replayPayments, TEST_STARTS, VALIDATION_STARTS } from './measure.ts'
import { PUBLISHED } from './published.ts'
import { measureTreatments, treatmentsTable } from './treatments.ts'

const help = `npm run bench:handbook -- --data FILE[,FILE...] [OPTIONS]
  --data FILE,...    the Handbook's simulated transactions; several files are parts of one history
  --starts DATE,...  first days of the training weeks (default: ${TEST_STARTS.join(',')})
  --ablation         compare treatments of imbalance; the weeks are those of validation unless given
                     (${VALIDATION_STARTS.join(',')})
  --variants         the choice with one thing changed at a time, on the same weeks
  --json             print {folds: [{start, auc, ap, cp100}], mean: {auc, ap, cp100}} and nothing else;
                     a list with --ablation and --variants
  --help             this text`

const HEADING = `${''.padEnd(50)}${['AUC', 'AP', 'CP@100'].map(name => name.padStart(9)).join('')}`
const line = (name: string, { auc, ap, cp100 }: Figures) =>
  `${name.padEnd(50)}${[auc, ap, cp100].map(value => value.toFixed(4).padStart(9)).join('')}`

function table({ folds, mean }: HandbookFigures): string {
  return [
    HEADING,
    ...folds.map(fold => line(`training from ${fold.start}`, fold)),
    line('mean', mean),
    '',
    'published test results, mean of the four folds',
    ...PUBLISHED.map(([model, figures]) => line(`  ${model}`, figures)),
  ].join('\n')
}

await runMain('bench:handbook', async say => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', multiple: true, default: [] },
      starts: { type: 'string' },
      ablation: { type: 'boolean', default: false },
      variants: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return help
  const isChoosing = values.ablation || values.variants
  const usual = isChoosing ? VALIDATION_STARTS : TEST_STARTS
  const starts = values.starts === undefined ? usual : list(values.starts)
  const replayed = await replayPayments(fileList(values.data), starts, say)
  if (values.ablation) {
    const treatments = measureTreatments(replayed, say)
    return values.json ? JSON.stringify(treatments) : treatmentsTable(treatments)
  }
  if (values.variants) {
    const rows = VARIANTS.map(([what, choice]) => {
      const { mean } = measureFolds(replayed, choice)
      say(`${what}: measured`)
      return { what, ...mean }
    })
    return values.json ? JSON.stringify(rows) : [HEADING, ...rows.map(row => line(row.what, row))].join('\n')
  }
  const figures = measureFolds(replayed, undefined, say)
  return values.json ? JSON.stringify(figures) : table(figures)
})
