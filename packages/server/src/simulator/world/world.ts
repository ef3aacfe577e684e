import type { HistoryRecord } from '../../records/record.ts'
import { type Market, newMarket } from './catalogue.ts'
import { newAddress } from './networks.ts'
import { type Order, settle } from './order.ts'
import type { Person } from './people.ts'
import { Random } from './random.ts'
import { Schedule } from './schedule.ts'

/** Somebody who acts in the world when woken. */
export interface Actor {
  /** Acts, perhaps by paying, and says when to be woken again; null when done for good. */
  wake(atMs: number, world: World): { readonly order: Order | null; readonly nextMs: number | null }
}

/** The market, its offices and everybody who will act in it. */
export class World {
  readonly market: Market
  readonly siteId: string
  readonly offices: readonly string[]
  /** Those who had accounts before the world began: whom takers-over rob and new sellers win. */
  readonly residents: Person[] = []
  readonly #seed: string
  readonly #actors = new Schedule<Actor>()
  readonly #settling: Random
  readonly #orderPrefix: string
  #streams = 0
  #orders = 0

  /**
   * @param size people in the world; sets the numbers of sellers and offices
   * @param orderPrefix what order ids begin with
   */
  constructor(seed: string, siteId: string, size: number, orderPrefix = 'o-') {
    this.#seed = seed
    this.siteId = siteId
    this.#orderPrefix = orderPrefix
    this.#settling = new Random(`${seed}/settle`)
    const rng = new Random(`${seed}/market`)
    this.market = newMarket(rng, Math.min(60, Math.max(8, Math.round(size / 2000))))
    this.offices = Array.from({ length: Math.max(4, Math.round(size / 250)) }, () => newAddress(rng, 'home'))
  }

  /** A stream of random numbers of one's own. */
  stream(name: string): Random {
    return new Random(`${this.#seed}/${name}/${this.#streams++}`)
  }

  spawn(atMs: number, actor: Actor): void {
    this.#actors.add(atMs, actor)
  }

  /** Who acts next and when, whatever the time; `undefined` when nobody acts any more. */
  takeActor(): { readonly timeMs: number; readonly item: Actor } | undefined {
    return this.#actors.take()
  }

  /** The next payment in time, or `undefined` when nobody acts any more. */
  nextPayment(): HistoryRecord | undefined {
    for (;;) {
      const next = this.#actors.take()
      if (!next) return undefined
      const { order, nextMs } = next.item.wake(next.timeMs, this)
      if (nextMs !== null) this.#actors.add(Math.max(nextMs, next.timeMs + 1), next.item)
      if (order) return this.settle(order, next.timeMs)
    }
  }

  /** Carries out a planned payment. */
  settle(order: Order, atMs: number): HistoryRecord {
    const id = `${this.#orderPrefix}${(++this.#orders).toString().padStart(8, '0')}`
    return settle(this.#settling, order, id, this.siteId, atMs)
  }
}
