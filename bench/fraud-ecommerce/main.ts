/** `npm run bench:fraud-ecommerce -- --data FILE [--json]`: the public benchmark on first purchases, split in time. */
import { parseArgs } from 'node:util'
import { fileList, runMain } from '../public-data/command.ts'
import { measureFraudEcommerce, type SplitFigures } from './measure.ts'

const help = `npm run bench:fraud-ecommerce -- --data FILE[,FILE...] [OPTIONS]
  --data FILE,...  the "Fraud e-commerce" purchases, or a sample of them
  --validate       leave the last fifth, the test, untouched and measure on folds of what is before it
  --json           print {rows: {train, test, frauds}, auc, ap} and nothing else; a list of them with --validate
  --help           this text`

const describe = ({ rows, auc, ap }: SplitFigures) =>
  [
    `trained on the first ${rows.train} purchases, measured on the next ${rows.test} with ${rows.frauds} frauds`,
    `ROC-AUC            ${auc.toFixed(4)}`,
    `average precision  ${ap.toFixed(4)} (chance: ${(rows.frauds / rows.test).toFixed(4)})`,
  ].join('\n')

await runMain('bench:fraud-ecommerce', async say => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', multiple: true, default: [] },
      validate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return help
  const splits = await measureFraudEcommerce(fileList(values.data), say, values.validate)
  if (values.json) return JSON.stringify(values.validate ? splits : splits[0])
  return splits.map(describe).join('\n\n')
})
