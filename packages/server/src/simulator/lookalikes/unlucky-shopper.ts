import { RISK } from '../risk.ts'
import { Buyer } from '../shoppers/buyer.ts'
import { Settlement } from '../shoppers/population.ts'
import { DAY_MS } from '../world/calendar.ts'
import { freshAge, NEW_VERIFIED } from '../world/people.ts'
import type { World } from '../world/world.ts'

export const UNLUCKY_PAYMENTS = 7

/**
 * Somebody who furnishes a home or starts to work from it: small orders first, then dear ones in a few weeks, some of
 * which never arrive. Now and then a bank takes the complaint for fraud. The honest twin of friendly fraud, and the
 * reason why a run of dear orders proves nothing.
 */
export function startUnluckyShopper(world: World, atMs: number): void {
  const rng = world.stream('unlucky-shopper')
  const fresh = rng.chance(0.6)
  const age = fresh ? freshAge(rng) : rng.exponential(300 * DAY_MS)
  const person = new Settlement(rng, world).person(atMs - age, fresh ? NEW_VERIFIED : 0.8)
  const small = 2 + rng.poisson(1)
  const dear = 2 + rng.poisson(2)
  const turnMs = atMs + rng.between(8, 30) * DAY_MS
  const unlucky = { kind: 'unlucky_shopper', risk: RISK.unluckyShopper } as const
  for (let i = 0; i < small; i++)
    world.spawn(
      atMs + rng.next() * (turnMs - atMs),
      new Buyer(rng, person, { ...unlucky, taste: 'ordinary' }),
    )
  for (let i = 0; i < dear; i++)
    world.spawn(turnMs + rng.next() * 20 * DAY_MS, new Buyer(rng, person, { ...unlucky, taste: 'dear' }))
}
