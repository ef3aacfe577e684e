/** `npm run bench:fraud-ecommerce -- --data FILE [--json]`: the public benchmark on first purchases, split in time. */
import { parseArgs } from 'node:util'
import { fileList, runMain } from '../public-data/command.ts'
import { VARIANTS } from './choice.ts'
import {
  type Figures,
  meanFigures,
  measureTest,
  measureValidation,
  replayPurchases,
  type SplitFigures,
  type VariantFigures,
} from './measure.ts'

const SEEDS = [1, 2, 3] as const

const help = `npm run bench:fraud-ecommerce -- --data FILE[,FILE...] [OPTIONS]
  --data FILE,...  the "Fraud e-commerce" purchases, or a sample of them; several files are parts of one history
  --validate       leave the last fifth, the test, untouched and measure on folds of what is before it
  --variants       the same for the choice with one thing changed at a time, means of folds and three seeds
  --json           print {rows: {train, test, frauds}, auc, ap, recallFpr1} and nothing else; a list of them with
                   --validate, a list of {what, auc, ap, recallFpr1} with --variants
  --help           this text`

const describe = ({ rows, ...figures }: SplitFigures) =>
  [
    `fitted on ${rows.train} purchases, measured on the next ${rows.test} with ${rows.frauds} frauds`,
    ...lines(figures),
    `(AP of chance: ${(rows.frauds / rows.test).toFixed(4)})`,
  ].join('\n')

const lines = ({ auc, ap, recallFpr1 }: Figures) => [
  `ROC-AUC                        ${auc.toFixed(4)}`,
  `average precision              ${ap.toFixed(4)}`,
  `recall at 1 % false positives  ${recallFpr1.toFixed(4)}`,
]

const tableOf = (rows: readonly VariantFigures[]) =>
  [
    `${''.padEnd(50)}${['AUC', 'AP', 'recall at 1 %'].map(name => name.padStart(14)).join('')}`,
    ...rows.map(
      ({ what, ...figures }) =>
        what.padEnd(50) +
        [figures.auc, figures.ap, figures.recallFpr1].map(value => value.toFixed(4).padStart(14)).join(''),
    ),
  ].join('\n')

await runMain('bench:fraud-ecommerce', async say => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', multiple: true, default: [] },
      validate: { type: 'boolean', default: false },
      variants: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return help
  const purchases = await replayPurchases(fileList(values.data), say)
  if (values.variants) {
    const rows = VARIANTS.map(([what, choice]) => {
      const folds = SEEDS.flatMap(seed =>
        measureValidation(purchases, { ...choice, params: { ...choice.params, seed } }),
      )
      say(`${what}: measured`)
      return { what, ...meanFigures(folds) }
    })
    return values.json ? JSON.stringify(rows) : tableOf(rows)
  }
  if (values.validate) {
    const folds = measureValidation(purchases)
    if (values.json) return JSON.stringify(folds)
    return [...folds.map(describe), ['mean', ...lines(meanFigures(folds))].join('\n')].join('\n\n')
  }
  const figures = measureTest(purchases)
  return values.json ? JSON.stringify(figures) : describe(figures)
})
