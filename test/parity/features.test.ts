import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pseudonymiser } from '../../packages/server/src/base/pseudonym.ts'
import { named } from '../../packages/server/src/decide/index.ts'
import { CATALOGUE, type FeatureRow } from '../../packages/server/src/features/index.ts'
import { FollowUpRecorder } from '../../packages/server/src/http/follow-ups/recorder.ts'
import { loadJudgement } from '../../packages/server/src/http/judgement.ts'
import { decideJudged, type PipelineParts } from '../../packages/server/src/http/verify/pipeline.ts'
import { VerifyRequestSchema } from '../../packages/server/src/http/verify/request.ts'
import { watchStore } from '../../packages/server/src/http/watch-store.ts'
import { openIpData } from '../../packages/server/src/ipdata/index.ts'
import { createLogger, createMetrics } from '../../packages/server/src/monitoring/index.ts'
import { compilePolicy, DEFAULT_POLICY } from '../../packages/server/src/policy/index.ts'
import type { HistoryRecord } from '../../packages/server/src/records/record.ts'
import { simulateHistory } from '../../packages/server/src/simulator/index.ts'
import { type Site, siteCurrencyConverter } from '../../packages/server/src/sites/index.ts'
import { keepSnapshots, readSnapshotFile, rebuildState } from '../../packages/server/src/state/index.ts'
import { openSqliteStore, type StoredDecision } from '../../packages/server/src/store/index.ts'
import { createSignatureVerifier } from '../../packages/server/src/token/signature.ts'
import { PendingQueue } from '../../packages/server/src/training/pending.ts'
import { Replay } from '../../packages/server/src/training/replay.ts'

/**
 * Features as served online equal features replayed offline, to the bit. Online is the service's own path from the
 * judged token to the durable decision, with events and labels through the recorder of their routes, the real store,
 * and a restart from a snapshot with arrivals after it; offline is what trains.
 */
const EVENTS = 100_000
const SNAPSHOT_AT = 45_000
const RESTART_AT = 50_000
const IN_FLIGHT = 256
/** One in so many decisions is also read back from the store. */
const READ_BACK = 20

const STORE_BYTES = 2 ** 31

const SITE: Site = {
  ...{ id: 'site_parity', name: 'Parity', publishableKey: 'pk_parity_parity', secretKeyHash: '0'.repeat(64) },
  ...{ origins: [], currency: 'PEN', timeZone: 'America/Lima', country: 'PE', rates: [] },
}
const NAMES = CATALOGUE.map(({ name }) => name)
const PSEUDONYMISE = pseudonymiser(Buffer.alloc(32, 3))
const HISTORY_KEY = Uint8Array.from({ length: 16 }, (_, i) => i)
const history = () =>
  simulateHistory({ events: EVENTS, seed: 7, startMs: Date.UTC(2026, 0, 1), days: 150, siteId: SITE.id })

/** A file system in memory with room for the store: every decline waits for its payment's commit, some 10,000 times. */
function inMemory(): string | undefined {
  const path = '/dev/shm'
  if (!existsSync(path)) return undefined
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize > STORE_BYTES ? path : undefined
}

let folder = ''
let modelDir = ''
beforeAll(() => {
  // Only the calendar is set by hand: timers of the store go on as ever.
  vi.useFakeTimers({ toFake: ['Date'] })
  folder = mkdtempSync(join(inMemory() ?? tmpdir(), 'atalaya-parity-'))
  modelDir = mkdtempSync(join(tmpdir(), 'atalaya-no-model-'))
})
afterAll(() => {
  vi.useRealTimers()
  for (const made of [folder, modelDir]) rmSync(made, { recursive: true, force: true })
})

/** What the service is made of, from the store's folder; no model, since no feature depends on one. */
async function startParts() {
  const store = await openSqliteStore(folder)
  const state = await rebuildState(store.reader, HISTORY_KEY, Date.now(), readSnapshotFile(folder))
  const engine = await loadJudgement(modelDir, compilePolicy(DEFAULT_POLICY))
  const parts: PipelineParts = {
    ...{
      engine,
      state,
      store: watchStore(store, state, {
        onWorks: () => undefined,
        onMessages: () => undefined,
        mend: () => state.mend(),
        onFault: error => {
          throw error
        },
      }),
    },
    ...{ metrics: createMetrics(), logger: createLogger('silent') },
    ...{ audiences: new Set<string>(), ownPages: new Set<string>(), nonceKey: new Uint8Array(32) },
    signatures: createSignatureVerifier(),
    pseudonymise: PSEUDONYMISE,
    lookupIp: (await openIpData()).lookup,
    deliveriesFor: () => [],
    onStored: () => undefined,
  }
  return { parts, recorder: new FollowUpRecorder(parts) }
}

const request = Compile(VerifyRequestSchema)

/** Tells a running service of the records as a shop would have, and of what became of them when it became known. */
class Shop {
  service: Awaited<ReturnType<typeof startParts>>
  told = { declined: 0, fraud: 0 }
  readonly #known = new PendingQueue<{ readonly what: 'declined' | 'fraud'; readonly id: Promise<string> }>()
  readonly #open = new Set<Promise<unknown>>()

  constructor(service: Awaited<ReturnType<typeof startParts>>) {
    this.service = service
  }

  /** @param onServed told of the decision once it is durable */
  async pay(record: HistoryRecord, onServed: (stored: StoredDecision) => void): Promise<void> {
    const { transaction, action, remoteIp, receivedAtMs, session, declinedAtMs, label } = record
    await this.#learnUntil(receivedAtMs)
    const body = { transaction, action, remoteIp }
    if (!request.Check(body)) throw new Error(`not a request: ${JSON.stringify(body)}`)
    const verdict = {
      ...{ facts: session, detail: null, claimed: null, singleUse: null },
      ...{ thumbprint: record.deviceThumbprint, visitorId: record.visitorId },
      sessionId: record.sessionId ?? null,
    }
    vi.setSystemTime(receivedAtMs)
    const id = decideJudged(SITE, body, verdict, Date.now(), this.service.parts).then(stored => {
      onServed({ ...stored, decision: named(stored.decision) })
      return stored.id
    })
    if (declinedAtMs !== null) this.#known.add(declinedAtMs, { what: 'declined', id })
    if (label?.fraud) this.#known.add(label.observedAtMs, { what: 'fraud', id })
    await this.#follow(id)
  }

  async #learnUntil(nowMs: number): Promise<void> {
    for (let next = this.#known.takeUntil(nowMs); next; next = this.#known.takeUntil(nowMs)) {
      const { atMs, item } = next
      const decisionId = await item.id
      vi.setSystemTime(atMs)
      const { recorder } = this.service
      this.told[item.what]++
      await this.#follow(
        item.what === 'declined'
          ? recorder.event(SITE, { decisionId, type: 'declined', occurredAtMs: atMs })
          : recorder.label(SITE, { decisionId, fraud: true, source: 'chargeback', observedAtMs: atMs }),
      )
    }
  }

  /** Waits for commits only when too many are under way. */
  async #follow(work: Promise<unknown>): Promise<void> {
    const done = work.finally(() => this.#open.delete(done))
    this.#open.add(done)
    if (this.#open.size >= IN_FLIGHT) await Promise.race(this.#open)
  }

  async settle(): Promise<void> {
    await Promise.all(this.#open)
  }

  async writeSnapshot(): Promise<void> {
    await this.settle()
    const onFault = (error: unknown) => {
      throw error
    }
    const snapshots = keepSnapshots({ folder, historyKey: HISTORY_KEY, seq: 0, onFault, minArrivals: 1 })
    await snapshots.finish(this.service.parts.state.settledSeq(), 60_000)
  }

  async restart(): Promise<void> {
    await this.settle()
    await this.service.parts.store.close()
    this.service = await startParts()
  }
}

test('features served online equal features replayed offline, to the bit', { timeout: 900_000 }, async () => {
  const shop = new Shop(await startParts())
  const { parts } = shop.service
  const replay = new Replay({
    ...{ site: SITE, lookupIp: parts.lookupIp, toSiteMinor: siteCurrencyConverter(SITE) },
    keys: { historyKey: HISTORY_KEY, pseudonymise: PSEUDONYMISE },
  })
  const differences: unknown[] = []
  const compare = (record: HistoryRecord, online: FeatureRow, offline: FeatureRow) => {
    for (const name of NAMES) {
      if (Object.is(online[name], offline[name]) || differences.length > 20) continue
      differences.push({ order: record.transaction.id, name, online: online[name], offline: offline[name] })
    }
  }
  const kept: { readonly record: HistoryRecord; readonly id: string; readonly offline: FeatureRow }[] = []
  let served = 0
  let place = 0
  for (const record of history()) {
    if (place === SNAPSHOT_AT) await shop.writeSnapshot()
    if (place === RESTART_AT) {
      await shop.restart()
      const { restoredSeq } = shop.service.parts.state
      expect(restoredSeq).toBeGreaterThanOrEqual(SNAPSHOT_AT)
      expect(shop.service.parts.store.reader.lastSeq()).toBeGreaterThan(restoredSeq)
    }
    const readBack = place++ % READ_BACK === 0
    const offline = replay.next(record).features
    await shop.pay(record, ({ id, decision }) => {
      served++
      compare(record, decision.features, offline)
      if (readBack) kept.push({ record, id, offline })
    })
  }
  await shop.settle()
  const { store } = shop.service.parts
  for (const { record, id, offline } of kept) {
    compare(record, store.reader.get(id)?.decision.features ?? {}, offline)
  }
  await store.close()
  expect(differences).toEqual([])
  expect(served).toBe(EVENTS)
  expect(shop.told.declined).toBeGreaterThan(1_000)
  expect(shop.told.fraud).toBeGreaterThan(100)
})
