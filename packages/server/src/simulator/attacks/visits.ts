import { DAY_MS } from '../world/calendar.ts'
import { freshAge } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Consent, Visit } from '../world/session.ts'

/** Fraudsters click "accept all" like everybody who wants to get on; a few block the SDK. */
export const fraudConsent = (rng: Random): Consent =>
  rng.chance(0.88) ? 'full' : rng.chance(0.7) ? 'essential' : 'none'

/** A person with a list of stolen cards: knows what to buy, pastes the card, leaves the page to fetch the next. */
export const hurriedVisit = (rng: Random, consent: Consent, pastes: number, attempt = 1): Visit => ({
  manner: rng.chance(0.96) ? 'hurried' : 'browsing',
  pace: rng.logNormal(0.9, 0.25),
  consent,
  pastesCard: rng.chance(pastes),
  attempt,
})

/** Accounts for fraud are made for the purpose: many like anybody's, many some hours ahead, in a batch. */
export const madeAhead = (rng: Random) => (rng.chance(0.45) ? rng.exponential(0.4 * DAY_MS) : freshAge(rng))
