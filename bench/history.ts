import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { EntityKeys } from '../packages/server/src/events/entities.ts'
import { History, type PaymentMark } from '../packages/server/src/history/index.ts'

export interface HistorySize {
  /** Entities of all kinds that occur, more or less. */
  readonly entities: number
  /** Entity events: a payment that names six entities is six. */
  readonly events: number
}

export interface HistoryFigures {
  /** Heap and array buffers of the process that the history added, scaled to a million entities it holds. */
  readonly mbPerMillionEntities: number
  /** CPU microseconds of the process for the view and the update of one entity. */
  readonly usPerEntity: number
  /** Of counts and sums over 90 days, of entities with more than 40 events. */
  readonly p99RelativeError90d: number
}

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 0, 1)
const HASH_KEY = Uint8Array.from({ length: 16 }, (_, i) => i * 7)
const BATCH = 2000

/**
 * Plays a marketplace of power-law popularity through a history, then a set of busy entities whose true counts
 * are kept beside it.
 */
export async function measureHistory(size: HistorySize): Promise<HistoryFigures> {
  const load = await measureLoad(size)
  return { ...load, p99RelativeError90d: measureError() }
}

async function measureLoad({
  entities,
  events,
}: HistorySize): Promise<Omit<HistoryFigures, 'p99RelativeError90d'>> {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const held = async (): Promise<number> => {
    // Buffers of dead arrays are given back by another thread after the collection; before that they count as held.
    for (let round = 0; round < 3; round++) {
      collectGarbage()
      await setTimeout(100)
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }

  const random = generator(1)
  const payments = Math.ceil(events / 6)
  const heldBefore = await held()
  const history = new History({ hashKey: HASH_KEY })
  let cpuUs = 0
  let touched = 0
  for (let from = 0; from < payments; from += BATCH) {
    const batch: PaymentMark[] = []
    for (let i = from; i < Math.min(payments, from + BATCH); i++) {
      const keys = marketplaceKeys(random, entities * 1.12)
      const atMs = START_MS + Math.floor((i / payments) * 120 * DAY_MS)
      batch.push({ atMs, amountMinor: amount(random), keys })
      touched += Object.keys(keys).length
    }
    const before = process.cpuUsage()
    for (const payment of batch) {
      history.view(payment.keys, payment.atMs)
      history.record(payment)
    }
    const used = process.cpuUsage(before)
    cpuUs += used.user + used.system
  }
  const bytes = (await held()) - heldBefore
  return {
    mbPerMillionEntities: bytes / history.stats().entities,
    usPerEntity: cpuUs / touched,
  }
}

/**
 * Keys out of a population of the given size, of which a part is never drawn.
 * Most payments come from an account's own card, device and network; sellers and networks are
 * shared by many.
 */
function marketplaceKeys(random: () => number, entities: number): EntityKeys {
  const person = Math.floor(0.25 * entities * random() ** 1.5)
  const pick = (share: number, skew: number): number => Math.floor(share * entities * random() ** skew)
  const own = (share: number): number => (random() < 0.9 ? person : pick(share, 1))
  return {
    account: pseudonym(person),
    card: pseudonym(own(0.25)),
    device: pseudonym(own(0.24)),
    visitor: pseudonym(own(0.2)),
    ip: pseudonym(pick(0.055, 2)),
    seller: pseudonym(pick(0.005, 3)),
  }
}

/** As long as a real one: 22 characters of base64url hold 128 bits. */
function pseudonym(number: number): string {
  // Through bytes, since a string just put together is laid flat only when it is first read.
  return Buffer.from(`${number}`.padStart(22, 'k7Qx_m2ZpW-')).toString('latin1')
}

function amount(random: () => number): number {
  return Math.floor(3000 * Math.exp(1.2 * (random() + random() + random() - 1.5)))
}

/** 300 entities with 20 to 20,000 payments in 200 days, in bursts, 3 % of them up to six hours late. */
function measureError(): number {
  const random = generator(2)
  const errors: number[] = []
  for (let entity = 0; entity < 300; entity++) {
    const history = new History({ hashKey: HASH_KEY })
    const keys = { card: pseudonym(entity) }
    const meanGapMs = (200 * DAY_MS) / (20 * 1000 ** random())
    const times: number[] = []
    const amounts: number[] = []
    const views = 20
    let nextViewMs = START_MS + (200 / views) * DAY_MS
    for (let nowMs = START_MS; nowMs < START_MS + 200 * DAY_MS; ) {
      nowMs += Math.ceil(-Math.log(1 - random()) * meanGapMs * (random() < 0.05 ? 12 : 0.4))
      if (nowMs >= nextViewMs) {
        const view = history.view(keys, nowMs).card
        const inside = times.flatMap((atMs, i) =>
          atMs > nowMs - 90 * DAY_MS && atMs <= nowMs ? [amounts[i] ?? 0] : [],
        )
        const sumMinor = inside.reduce((total, value) => total + value, 0)
        if (times.length > 40 && inside.length > 0) {
          errors.push(Math.abs((view?.counts[6] ?? 0) - inside.length) / inside.length)
          errors.push(Math.abs((view?.sumsMinor?.[6] ?? 0) - sumMinor) / sumMinor)
        }
        nextViewMs += (200 / views) * DAY_MS
      }
      const atMs = random() < 0.03 ? nowMs - Math.floor(random() * DAY_MS * 0.25) : nowMs
      const amountMinor = amount(random)
      history.record({ atMs, amountMinor, keys })
      times.push(atMs)
      amounts.push(amountMinor)
    }
  }
  errors.sort((a, b) => a - b)
  return errors[Math.floor(errors.length * 0.99)] ?? Number.NaN
}

/** Mulberry32: the same payments in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
