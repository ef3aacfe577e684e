/** `npm run redteam [-- --only ID,... --markdown]`: tries every attack on running services and prints what came of it. */
import { parseArgs } from 'node:util'
import { type Attack, attempt, type Result } from './attack.ts'
import { FAMILIES } from './families/index.ts'
import { formatMarkdown, formatTable, type Row } from './table.ts'
import { openWorld } from './world.ts'

const help = `npm run redteam [-- OPTIONS]
  --only ID,...  try these attacks alone; an id may be cut short: "token" stands for all that begin with it
  --markdown     print the table of docs/red-team.md
  --help         this text
It ends with exit code 1 when the service did not hold.`
const AT_ONCE = 4

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const only = values.only.flatMap(list => list.split(',')).map(id => id.trim())
  const isWanted = ({ id }: Attack) => only.length === 0 || only.some(start => id.startsWith(start))
  const wanted = FAMILIES.flatMap(({ name, attacks }) =>
    attacks.filter(isWanted).map(attack => ({ family: name, attack })),
  )
  if (wanted.length === 0) throw new Error(`no attack begins with ${only.join(' or ')}`)
  const world = await openWorld()
  try {
    const rows: Row[] = []
    const results = await tryAll(
      wanted.map(({ attack }) => attack),
      attack => attempt(attack, world),
    )
    for (const [index, { family, attack }] of wanted.entries()) {
      const result = results[index]
      if (result) rows.push({ family, attack, result })
    }
    console.log(values.markdown ? formatMarkdown(rows) : formatTable(rows))
    if (rows.some(({ result }) => !result.held)) process.exitCode = 1
  } finally {
    await world.close()
  }
}

/** Several at once: most of them wait most of the time. */
async function tryAll(
  attacks: readonly Attack[],
  attemptOne: (attack: Attack) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  let done = 0
  const work = async () => {
    for (let at = next++; at < attacks.length; at = next++) {
      const attack = attacks[at]
      if (!attack) return
      results[at] = await attemptOne(attack)
      done += 1
      process.stderr.write(
        `redteam: ${done} of ${attacks.length} ${attack.id}${results[at]?.held ? '' : ' BREACH'}\n`,
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return results
}

try {
  await main()
} catch (error) {
  process.stderr.write(`redteam: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}
