import { RISK } from '../risk.ts'
import { Buyer } from '../shoppers/buyer.ts'
import { Settlement } from '../shoppers/population.ts'
import { DAY_MS } from '../world/calendar.ts'
import { freshAge, NEW_VERIFIED } from '../world/people.ts'
import type { World } from '../world/world.ts'

export const FRIENDLY_PAYMENTS = 7.5
/** What is to be disputed is ordered within days, before the first bank asks. */
const DISPUTED_DAYS = 5

/**
 * A shopper who disputes what was delivered. First a few small honest orders earn trust, then in some weeks come dear
 * goods that sell on or that are used up on delivery, and many of those are disputed; after two months of peace the
 * game begins again. Person, device, card, line and address are real and the same all along, so nothing but the
 * pattern tells, and before the first disputes arrive it tells little: only part of this can be learnt.
 */
export function startFriendlyFraud(world: World, atMs: number): void {
  const rng = world.stream('friendly-fraud')
  const person = new Settlement(rng, world).person(atMs - freshAge(rng), NEW_VERIFIED)
  const groundwork = 2 + rng.poisson(0.6)
  const first = 3 + rng.poisson(0.6)
  const again = rng.chance(0.5) ? 2 + rng.poisson(0.6) : 0
  const turnMs = atMs + rng.between(12, 25) * DAY_MS
  const returnMs = turnMs + rng.between(60, 80) * DAY_MS
  const small = { kind: 'friendly_groundwork', risk: RISK.friendlyGroundwork, taste: 'cheap' } as const
  const dear = { kind: 'friendly_fraud', risk: RISK.friendlyFraud, taste: 'sells_on' } as const
  for (let i = 0; i < groundwork; i++)
    world.spawn(atMs + rng.next() * (turnMs - atMs), new Buyer(rng, person, small))
  for (let i = 0; i < first; i++)
    world.spawn(turnMs + rng.next() * DISPUTED_DAYS * DAY_MS, new Buyer(rng, person, dear))
  for (let i = 0; i < again; i++)
    world.spawn(returnMs + rng.next() * DISPUTED_DAYS * DAY_MS, new Buyer(rng, person, dear))
}
