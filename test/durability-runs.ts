/** `npm run durability [-- --runs N]`: kills the service under load again and again, and counts what was lost. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SILENT } from '../packages/server/src/training/progress.ts'
import { seededRandom } from '../packages/server/src/training/random.ts'
import { checkDataFolder } from '../packages/server/src/upkeep/index.ts'
import type { Shop } from './service-shopper.ts'
import {
  type Acknowledged,
  ATALAYA,
  buyUntilKilled,
  compareWithStore,
  countReused,
  shopOf,
  startDurable,
} from './support/durable-service.ts'

const HELP = `npm run durability [-- OPTIONS]
  --runs N       how often the service is killed (default 100)
  --in-flight N  shoppers that buy at the same time (default 32)
  --seed N       of the moments at which it is killed (default 1)
  --help         this text`
/** The service is killed at most so long after its first answer. */
const MAX_LIFE_MS = 2_000
/** Tokens shown again after each start. */
const REUSED_SAMPLE = 20

/** A shop's backend that hears messages and remembers of which decisions. */
function listenForMessages() {
  const heard = new Set<string>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    heard.add(messageKey(body))
    response.writeHead(200).end()
  })
  return new Promise<{ heard: ReadonlySet<string>; url: string; close: () => void }>(resolve => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        heard,
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
        close: () => server.close().closeAllConnections(),
      }),
    )
  })
}

/** Type of a message and the decision it is about. */
function messageKey(body: string): string {
  const { type, data } = JSON.parse(body) as {
    readonly type: string
    readonly data: { readonly id?: string; readonly decisionId?: string }
  }
  return `${type} ${type === 'decision.made' ? data.id : data.decisionId}`
}

const messagesOf = ({ id, told }: Acknowledged): string[] => [
  `decision.made ${id}`,
  ...told.map(one => `${one === 'declined' ? 'event.recorded' : 'label.recorded'} ${id}`),
]

/** Acknowledged messages without a row of their own, and rows that say delivered of what nobody heard. */
function countLostMessages(
  dataDir: string,
  acknowledged: readonly Acknowledged[],
  heard: ReadonlySet<string>,
): number {
  const database = new DatabaseSync(join(dataDir, 'atalaya.sqlite'), { readOnly: true })
  const rows = new Map<string, string>()
  for (const { body, state } of database.prepare('SELECT body, state FROM deliveries').all())
    rows.set(messageKey(String(body)), String(state))
  database.close()
  const missing = acknowledged.flatMap(messagesOf).filter(key => !rows.has(key))
  const unheard = [...rows].filter(([key, state]) => state === 'delivered' && !heard.has(key))
  return missing.length + unheard.length
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100' },
      'in-flight': { type: 'string', default: '32' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const [runs, inFlight, seed] = [values.runs, values['in-flight'], values.seed].map(Number)
  if (!runs || !inFlight || seed === undefined || ![runs, inFlight, seed].every(Number.isInteger))
    throw new Error(`--runs, --in-flight and --seed are whole numbers\n${HELP}`)
  const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-durability-'))
  const backend = await listenForMessages()
  try {
    return await killAgainAndAgain({ dataDir, runs, inFlight, seed, backend })
  } finally {
    backend.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface Plan {
  readonly dataDir: string
  readonly runs: number
  readonly inFlight: number
  readonly seed: number
  readonly backend: { readonly heard: ReadonlySet<string>; readonly url: string }
}

async function killAgainAndAgain({ dataDir, runs, inFlight, seed, backend }: Plan): Promise<number> {
  const random = seededRandom(seed)
  const acknowledged: Acknowledged[] = []
  let keys: Shop | undefined
  let [reused, shown, seen] = [0, 0, 0]
  console.log(
    '  run  killed after ms  acknowledged  lost  doubled  events+labels wrong  messages lost  reused',
  )
  for (let run = 1; run <= runs + 1; run++) {
    const service = await startDurable(dataDir)
    try {
      if (!keys) {
        keys = shopOf(service)
        addWebhook(dataDir, backend.url)
        // A running service reads the change within two seconds.
        await delay(2_500)
      }
      const shop: Shop = { ...keys, url: service.url }
      const fresh = acknowledged.slice(seen)
      const sample = fresh.filter(() => random.next() < REUSED_SAMPLE / fresh.length)
      reused += await countReused(shop, sample)
      shown += sample.length
      // Everything after the last kill, what came since the one before after each.
      const looked = run > runs ? acknowledged : fresh
      const { lost, doubled, untold } = compareWithStore(dataDir, looked)
      const messages = countLostMessages(dataDir, looked, backend.heard)
      if (run > 1)
        console.log(
          [
            [run - 1, 5],
            [Math.round(lifeMs), 17],
            [fresh.length, 14],
            [lost, 6],
            [doubled, 9],
            [untold, 21],
          ]
            .concat([
              [messages, 15],
              [reused, 8],
            ])
            .map(([value, width]) => String(value).padStart(width ?? 0))
            .join(''),
        )
      if (lost + doubled + untold + messages + reused > 0) return 1
      if (run > runs) break
      seen = acknowledged.length
      const buyers = Array.from({ length: inFlight }, () => buyUntilKilled(shop, acknowledged))
      while (acknowledged.length === seen) await delay(5)
      lifeMs = random.next() * MAX_LIFE_MS
      await delay(lifeMs)
      service.child.kill('SIGKILL')
      await Promise.all(buyers)
    } finally {
      await service.kill()
    }
  }
  return summary(dataDir, acknowledged, { runs, shown, heard: backend.heard.size })
}

let lifeMs = 0

function summary(
  dataDir: string,
  acknowledged: readonly Acknowledged[],
  { runs, shown, heard }: { readonly runs: number; readonly shown: number; readonly heard: number },
): number {
  const told = acknowledged.reduce((sum, one) => sum + one.told.length, 0)
  const { findings, damaged } = checkDataFolder(dataDir, SILENT)
  console.log(
    [
      `${runs} kills: ${acknowledged.length} decisions and ${told} events and labels acknowledged,`,
      `0 lost, 0 doubled; ${shown} tokens shown again, 0 taken; ${heard} messages heard, 0 lost;`,
      `atalaya store check: ${damaged ? `${findings.length} findings` : 'no damage'}`,
    ].join('\n'),
  )
  for (const { part, where, what } of findings) console.log(`${part} ${where}: ${what}`)
  return damaged ? 1 : 0
}

function addWebhook(dataDir: string, url: string): void {
  const run = (...args: string[]) => execFileSync(process.execPath, [ATALAYA, ...args], { encoding: 'utf8' })
  const site = /site_[\w-]+/.exec(run('sites', '--data', dataDir))?.[0] ?? ''
  run('webhooks', '--data', dataDir, 'add', site, url)
}

main().then(
  exitCode => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  },
)
