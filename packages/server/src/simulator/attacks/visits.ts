import { NATURAL, type Style } from '../drift/style.ts'
import { DAY_MS } from '../world/calendar.ts'
import { newAddress } from '../world/networks.ts'
import { freshAge } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Consent, Visit } from '../world/visit.ts'

/** Fraudsters click "accept all" like everybody who wants to get on; a few block the SDK. */
export const fraudConsent = (rng: Random): Consent =>
  rng.chance(0.88) ? 'full' : rng.chance(0.7) ? 'essential' : 'none'

/** A person with a list of stolen cards: knows what to buy, pastes the card, leaves the page to fetch the next. */
export function hurriedVisit(rng: Random, consent: Consent, pastes: number, style = NATURAL): Visit {
  const calm = rng.chance(style.calm)
  return {
    manner: !calm && rng.chance(0.96) ? 'hurried' : 'browsing',
    pace: rng.logNormal(0.9, 0.25),
    consent,
    pastesCard: rng.chance(calm ? 0.05 : pastes),
    attempt: 1,
  }
}

/** Accounts for fraud are made for the purpose: many like anybody's, many some hours ahead, in a batch. */
export function madeAhead(rng: Random, style: Style = NATURAL): number {
  if (rng.chance(style.agedAccounts)) return rng.between(60, 500) * DAY_MS
  return rng.chance(0.45) ? rng.exponential(0.4 * DAY_MS) : freshAge(rng)
}

/** The address an order comes from: the gang's own, or some home's through a proxy. */
export const throughProxy = (rng: Random, style: Style, own: string): string =>
  rng.chance(style.freshAddresses) ? newAddress(rng, 'home') : own
