/** `npm run bench [-- --only ID,... --json --quick]`: measures the rows of the catalogue and prints one table. */
import { parseArgs } from 'node:util'
import { catalogue } from './catalogue.ts'
import type { BenchContext } from './context.ts'
import { rowGroups } from './rows/index.ts'
import { runBenchmark } from './run.ts'
import { formatTable } from './table.ts'

const help = `npm run bench [-- OPTIONS]
  --only ID,...  measure these rows alone
  --quick        short rounds and small data: shows that everything works, figures are rough
  --json         print the rows as JSON on stdout and nothing else
  --help         this text`

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const only = new Set(values.only.flatMap(list => list.split(',')).map(id => id.trim()))
  const unknown = [...only].filter(id => !catalogue.some(row => row.id === id))
  if (unknown.length > 0) {
    throw new Error(`unknown row ${unknown.join(', ')}; rows: ${catalogue.map(row => row.id).join(', ')}`)
  }
  return { ...values, only }
}

async function main(): Promise<void> {
  const options = readOptions()
  if (options.help) {
    console.log(help)
    return
  }
  const context: BenchContext = {
    quick: options.quick,
    wants: id => options.only.size === 0 || options.only.has(id),
    progress: line => process.stderr.write(`bench: ${line}\n`),
  }
  const rows = await runBenchmark(catalogue, rowGroups, context)
  console.log(options.json ? JSON.stringify(rows, null, 1) : formatTable(rows))
}

try {
  await main()
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}
