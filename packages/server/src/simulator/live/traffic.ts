import { setTimeout as delay } from 'node:timers/promises'
import { startAccountTakeover } from '../attacks/account-takeover.ts'
import { startCardTestingManual } from '../attacks/card-testing.ts'
import { startDeviceRing } from '../attacks/device-ring.ts'
import { startStolenCard } from '../attacks/stolen-card.ts'
import { DAY_MS, MINUTE_MS } from '../world/calendar.ts'
import type { Random } from '../world/random.ts'
import { type Actor, World } from '../world/world.ts'
import { LiveApi, type ShopConnection } from './api.ts'
import { LiveBrowsers } from './browser.ts'
import { Cast } from './cast.ts'

/**
 * Demo traffic against a running service.
 *
 * @property seed makes who shops and what they do repeatable; keys, nonces and times are real
 * @property signal ends it
 * @property onError told of requests that failed; the traffic goes on
 */
export interface LiveOptions extends ShopConnection {
  readonly seed: number
  readonly signal: AbortSignal
  readonly onError: (error: unknown) => void
}
export interface BackfillOptions {
  readonly orders: number
  /** Over how many days before now they were placed. */
  readonly days: number
  readonly onProgress?: (done: number) => void
}
export interface RingOptions {
  /** Before the first order of the ring. */
  readonly startAfterMs: number
  /** Between its orders, in the mean. */
  readonly everyMs: number
}

const LONE_FRAUDSTERS = [
  { start: startStolenCard, share: 0.45 },
  { start: startCardTestingManual, share: 0.3 },
  { start: startAccountTakeover, share: 0.25 },
]

/** Shoppers, kept over backfill and traffic, so that those of last week come back today. */
export class LiveMarket {
  readonly #options: LiveOptions
  readonly #world: World
  readonly #cast: Cast
  readonly #rng: Random
  readonly #browsers: LiveBrowsers

  constructor(options: LiveOptions) {
    this.#options = options
    // Ids carry the time of the start: a second run must not repeat the orders of the first.
    this.#world = new World(`atalaya-live-1/${options.seed}`, 'live', 2000, `q-${Date.now().toString(36)}-`)
    this.#cast = new Cast(this.#world)
    this.#rng = this.#world.stream('live')
    this.#browsers = new LiveBrowsers(new LiveApi(options, options.signal))
  }

  /** Posts backdated orders of the days before now, as fast as the service answers, so that accounts have a past. */
  async backfill({ orders, days, onProgress }: BackfillOptions): Promise<void> {
    const nowMs = Date.now()
    const times = Array.from({ length: orders }, () => nowMs - this.#rng.next() * days * DAY_MS).sort(
      (a, b) => a - b,
    )
    for (const [index, atMs] of times.entries()) {
      if (this.#options.signal.aborted) return
      const actor = this.#cast.next(this.#world, atMs)
      await this.#act(actor, atMs)
      this.#cast.rest(actor, atMs)
      onProgress?.(index + 1)
    }
  }

  /** Lets shoppers shop, with a lone fraudster among them now and then, until the signal ends it. */
  async run(ratePerMinute: number): Promise<void> {
    const { signal } = this.#options
    while (await pause(this.#rng.exponential(MINUTE_MS / ratePerMinute), signal)) {
      const nowMs = Date.now()
      if (this.#rng.chance(0.012)) this.#episode(this.#rng.weighted(LONE_FRAUDSTERS).start)
      const actor = this.#cast.next(this.#world, nowMs)
      const nextMs = await this.#act(actor, nowMs)
      const retries = nextMs !== null && nextMs - nowMs < 5 * MINUTE_MS
      if (retries) void this.#goOn(actor, (nextMs - nowMs) / 4)
      else this.#cast.rest(actor, nowMs)
    }
  }

  /** A gang with few devices, many fresh accounts and stolen cards, at a pace that shows within minutes. */
  async ring({ startAfterMs, everyMs }: RingOptions): Promise<void> {
    const { signal } = this.#options
    if (!(await pause(startAfterMs, signal))) return
    await this.#playAll(startDeviceRing, everyMs)
  }

  #episode(start: (world: World, atMs: number) => void): void {
    void this.#playAll(start, 20_000)
  }

  /** Plays an episode in a world of its own, its pauses replaced by shorter ones. */
  async #playAll(start: (world: World, atMs: number) => void, everyMs: number): Promise<void> {
    const { seed, signal } = this.#options
    const name = `atalaya-live-1/${seed}/${this.#rng.next()}`
    const world = new World(name, 'live', 2000, `q-${Date.now().toString(36)}r`)
    world.residents.push(...this.#world.residents)
    start(world, Date.now())
    for (let next = world.takeActor(); next; next = world.takeActor()) {
      const { item: actor } = next
      if (!(await pause(this.#rng.exponential(everyMs), signal))) return
      if ((await this.#act(actor, Date.now(), world)) !== null) world.spawn(next.timeMs + 1, actor)
    }
  }

  async #goOn(actor: Actor, afterMs: number): Promise<void> {
    if (!(await pause(afterMs, this.#options.signal))) return
    await this.#act(actor, Date.now())
    this.#cast.rest(actor, Date.now())
  }

  /** Lets somebody act; tells when they would act again. A request that fails is told and costs the rest nothing. */
  async #act(actor: Actor, atMs: number, world = this.#world): Promise<number | null> {
    const { order, nextMs } = actor.wake(atMs, world)
    if (order) {
      try {
        await this.#browsers.pay(world.settle(order, atMs), atMs)
      } catch (error) {
        if (!this.#options.signal.aborted) this.#options.onError(error)
      }
    }
    return nextMs
  }
}

/** False when the wait was ended by the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
