import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { CATALOGUE } from '../packages/server/src/features/index.ts'
import { readServiceOptions, startService } from '../packages/server/src/http/index.ts'
import { keepSnapshots, readSnapshotFile, rebuildState } from '../packages/server/src/state/index.ts'
import { GroupCommit } from '../packages/server/src/store/group-commit.ts'
import {
  type DecisionCommit,
  type JudgedDecision,
  openSqliteStore,
  openStoredDecisions,
} from '../packages/server/src/store/index.ts'
import { median } from './median.ts'

const cache = fileURLToPath(new URL('../.cache', import.meta.url))
const IN_FLIGHT = 64

/** Runs work in a folder under the project, since a temporary folder may be in memory, where a commit costs nothing. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'bench-store-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A decision as the service really hands it to the store. */
async function sampleDecision(): Promise<JudgedDecision> {
  return inFolder(async folder => {
    const env = { PORT: '0', ATALAYA_DATA_DIR: folder, ATALAYA_LOG_LEVEL: 'silent' }
    const service = await startService(readServiceOptions(env))
    try {
      const order = { id: 'order-1', amountMinor: 12_990, currency: 'PEN', account: { id: 'account-1' } }
      const payment = { method: 'card', cardFingerprint: 'card-1', bin: '455788', issuerCountry: 'PE' }
      const response = await fetch(`${service.url}/v1/verify`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${service.firstSite?.secretKey}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ remoteIp: '190.232.10.4', transaction: { ...order, payment } }),
      })
      const { id } = (await response.json()) as { readonly id: string }
      const stored = service.reader.get(id)
      if (!stored) throw new Error(`the service answered ${response.status}`)
      const { features, ...verdict } = stored.decision
      return {
        ...stored,
        decision: { ...verdict, values: CATALOGUE.map(({ name }) => features[name] ?? null) },
      }
    } finally {
      await service.close()
    }
  })
}

/** Commits per second with a fixed number in flight. */
async function closedLoop(durationMs: number, commit: (number: number) => Promise<void>): Promise<number> {
  const start = performance.now()
  let done = 0
  let next = 0
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() - start < durationMs) {
        next += 1
        await commit(next)
        done += 1
      }
    }),
  )
  return (done * 1000) / (performance.now() - start)
}

/** The store's durable commits beside the same bytes appended to a file and synchronised in groups. */
export async function measureDurable(rounds: number, roundMs: number) {
  const stored = await sampleDecision()
  const bytes = Buffer.from(JSON.stringify(stored))
  const ours: number[] = []
  const raw: number[] = []
  for (let round = 0; round < rounds; round++) {
    await inFolder(async folder => {
      const store = await openSqliteStore(folder)
      const toCommit = (seq: number): DecisionCommit => ({
        stored: { ...stored, seq, id: `dec_${seq}` },
        usedToken: { nonceId: `nonce-${seq}`, jti: `jti-${seq}`, expiresAtMs: 1 },
        keptAnswer: null,
      })
      ours.push(await closedLoop(roundMs, seq => store.commit(toCommit(seq))))
      await store.close()

      const file = await open(join(folder, 'raw'), 'a')
      const commits = new GroupCommit<Buffer>(async batch => {
        await file.appendFile(Buffer.concat(batch))
        await file.datasync()
      })
      raw.push(await closedLoop(roundMs, () => commits.submit(bytes)))
      await file.close()
    })
  }
  return { perSecond: median(ours), rawPerSecond: median(raw), bytes: bytes.length }
}

/**
 * Time to rebuild the service's state from a store with so many payments, ms: with the snapshot that the service
 * leaves and a tenth of the payments after it, and without any snapshot.
 */
export async function measureStart(payments: number) {
  return inFolder(async folder => {
    await (await openSqliteStore(folder)).close()
    const database = new DatabaseSync(join(folder, 'atalaya.sqlite'))
    // Every payment names one of each kind of entity but visitor and telephone, and a session of its own.
    const key = (factor: number, among: number) =>
      `substr('000000000000000' || ((n * ${factor}) % ${among}), -16)`
    database.exec(`INSERT INTO arrivals (seq, at_ms, amount_minor, account, card, device, ip, seller, bin,
      network, email, address, category, asn, session)
      WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${payments})
      SELECT n, 1750000000000 + n * 30000, 1000 + (n * 7919) % 400000, ${key(2_654_435_761, 300_000)},
        ${key(40_503, 330_000)}, ${key(69_069, 250_000)}, ${key(1_103_515, 120_000)}, ${key(1, 500)}, ${key(1, 200)},
        ${key(1_103_515, 40_000)}, ${key(2_654_435_761, 300_000)}, ${key(2_654_435_761, 280_000)}, ${key(1, 20)},
        ${key(1, 40)}, ${key(1, 100_000_000)} FROM numbers`)
    database.close()
    const historyKey = new Uint8Array(16)
    const onFault = (error: unknown) => {
      throw error
    }
    const snapshots = keepSnapshots({ folder, historyKey, seq: 0, onFault, minArrivals: 1 })
    await snapshots.finish(Math.floor(payments * 0.9), 120_000)
    const reader = openStoredDecisions(folder)
    const timed = async (readSnapshot: typeof readSnapshotFile | null) => {
      const start = performance.now()
      const cpu = process.cpuUsage()
      const { restoredSeq } = await rebuildState(reader, historyKey, Date.now(), readSnapshot?.(folder))
      if (readSnapshot && restoredSeq === 0) throw new Error('the snapshot was left aside')
      const { user, system } = process.cpuUsage(cpu)
      return { ms: performance.now() - start, cpuMs: (user + system) / 1000 }
    }
    const restored = await timed(readSnapshotFile)
    const replayed = await timed(null)
    reader.close()
    return { restored, replayed }
  })
}
