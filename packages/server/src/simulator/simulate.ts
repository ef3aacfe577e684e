import { AtalayaError } from '../base/errors.ts'
import type { HistoryRecord } from '../records/record.ts'
import {
  BOT_PAYMENTS,
  MANUAL_PAYMENTS,
  startCardTestingBot,
  startCardTestingManual,
} from './attacks/card-testing.ts'
import { RING_PAYMENTS, startDeviceRing } from './attacks/device-ring.ts'
import { STOLEN_CARD_PAYMENTS, startStolenCard } from './attacks/stolen-card.ts'
import { CARD_TROUBLE_PAYMENTS, startCardTrouble } from './lookalikes/card-trouble.ts'
import {
  CYBERCAFE_PAYMENTS,
  KIOSK_PAYMENTS,
  RESELLER_PAYMENTS,
  startCybercafe,
  startKiosk,
  startReseller,
} from './lookalikes/shared-machine.ts'
import { REGULAR_ORDERS_PER_DAY, SignUps, settleRegulars } from './shoppers/population.ts'
import { Campaigns } from './world/campaign.ts'
import { World } from './world/world.ts'

/**
 * What to simulate.
 *
 * @property events payments to make, exactly
 * @property startMs beginning of the history, UTC epoch ms
 * @property days length it should about have; the population is sized for it
 * @property siteId site the orders belong to
 */
export interface SimulationOptions {
  readonly events: number
  readonly seed: number
  readonly startMs: number
  readonly days?: number
  readonly siteId?: string
}

/** Episodes by share of all payments, with the mean number of payments of one. */
const EPISODES = [
  ['card-testing-bot', 0.006, BOT_PAYMENTS, startCardTestingBot],
  ['card-testing-manual', 0.002, MANUAL_PAYMENTS, startCardTestingManual],
  ['device-ring', 0.005, RING_PAYMENTS, startDeviceRing],
  ['stolen-card', 0.0075, STOLEN_CARD_PAYMENTS, startStolenCard],
  ['card-trouble', 0.012, CARD_TROUBLE_PAYMENTS, startCardTrouble],
  ['cybercafe', 0.016, CYBERCAFE_PAYMENTS, startCybercafe],
  ['kiosk', 0.01, KIOSK_PAYMENTS, startKiosk],
  ['reseller', 0.008, RESELLER_PAYMENTS, startReseller],
] as const
const EPISODE_SHARE = EPISODES.reduce((sum, [, share]) => sum + share, 0)
/** Share of payments by people who sign up during the history. */
const NEWCOMER_SHARE = 0.2
const STAYING_SHARE = 0.12

/**
 * A marketplace's history, in order of arrival, one payment at a time. The same options give the same bytes.
 *
 * @throws {AtalayaError} `simulation_options` when an option makes no sense
 */
export function* simulateHistory(options: SimulationOptions): Generator<HistoryRecord, void, undefined> {
  const { events, seed, startMs, days = 120, siteId = 'demo' } = options
  if (!(Number.isInteger(events) && events > 0 && days > 0 && Number.isInteger(startMs))) {
    throw new AtalayaError(
      'simulation_options',
      `cannot simulate ${events} events in ${days} days`,
      'Give a whole number of events and a number of days, both above zero',
    )
  }
  const perDay = events / days
  const regulars = Math.ceil((perDay * (1 - EPISODE_SHARE - NEWCOMER_SHARE)) / REGULAR_ORDERS_PER_DAY)
  const world = new World(`atalaya-world-1/${seed}`, siteId, regulars)
  settleRegulars(world, regulars, startMs)
  world.spawn(startMs, new SignUps(world, (perDay * NEWCOMER_SHARE) / 1.4, STAYING_SHARE))
  for (const [name, share, payments, start] of EPISODES) {
    const campaigns = new Campaigns(world, name, (perDay * share) / payments, start)
    world.spawn(campaigns.next(startMs), campaigns)
  }
  for (let made = 0; made < events; made++) {
    const record = world.nextPayment()
    if (!record) return
    yield record
  }
}
