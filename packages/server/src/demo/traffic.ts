import { LiveMarket, type ShopConnection } from '../simulator/live/index.ts'

export interface DemoTrafficOptions extends ShopConnection {
  /** Whether the store is new: then last week's orders come first, so that shoppers have a past. */
  readonly isNew: boolean
  readonly say: (line: string) => void
}

const SHOPPERS_PER_MINUTE = 25
const PAST_ORDERS = 600
const PAST_DAYS = 7
/** The ring starts while a visitor is still looking around, and another follows when it is done. */
const RING = { startAfterMs: 30_000, everyMs: 5_000 }

/**
 * Simulated shoppers and, again and again, a ring, through the real API.
 *
 * @returns ends it
 */
export function startDemoTraffic({ isNew, say, ...shop }: DemoTrafficOptions): () => Promise<void> {
  const ending = new AbortController()
  const { signal } = ending
  let failures = 0
  const market = new LiveMarket({
    ...shop,
    seed: 2026,
    signal,
    onError: error => {
      failures += 1
      if (failures === 1) say(`Simulated traffic: ${error instanceof Error ? error.message : String(error)}`)
    },
  })
  const shoppers = async () => {
    if (isNew) await market.backfill({ orders: PAST_ORDERS, days: PAST_DAYS })
    await market.run(SHOPPERS_PER_MINUTE)
  }
  const rings = async () => {
    while (!signal.aborted) await market.ring(RING)
  }
  const running = Promise.all([shoppers(), rings()])
  return async () => {
    ending.abort()
    await running
  }
}
