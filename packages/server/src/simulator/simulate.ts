import { AtalayaError } from '../base/errors.ts'
import type { HistoryRecord } from '../records/record.ts'
import { type Blocking, Incumbent } from './blocking.ts'
import { Drift } from './drift/drift.ts'
import { NO_DRIFT, type Scenario } from './drift/scenario.ts'
import { EPISODE_SHARE, startEpisodes } from './episodes.ts'
import { REGULAR_ORDERS_PER_DAY, SignUps, settleRegulars } from './shoppers/population.ts'
import { SaleRush } from './shoppers/sale.ts'
import { World } from './world/world.ts'

/**
 * What to simulate.
 *
 * @property events payments to make, exactly
 * @property startMs beginning of the history, UTC epoch ms
 * @property days length it should about have; the population is sized for it
 * @property siteId site the orders belong to
 * @property scenario what changes on which day; default nothing
 * @property blocking what the shop's rules of old refused, so that nobody knows the truth of it; default nothing
 */
export interface SimulationOptions {
  readonly events: number
  readonly seed: number
  readonly startMs: number
  readonly days?: number
  readonly siteId?: string
  readonly scenario?: Scenario
  readonly blocking?: Blocking
}

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
  const { scenario = NO_DRIFT, blocking = 'none' } = options
  if (!(Number.isInteger(events) && events > 0 && days > 0 && Number.isInteger(startMs))) {
    throw new AtalayaError(
      'simulation_options',
      `cannot simulate ${events} events in ${days} days`,
      'Give a whole number of events and a number of days, both above zero',
    )
  }
  const late = scenario.events.find(({ day }) => day >= days)
  if (late) {
    throw new AtalayaError(
      'simulation_options',
      `the scenario's ${late.what} on day ${late.day} is not within a history of ${days} days`,
      'Give an earlier day or a longer history',
    )
  }
  const drift = new Drift(scenario, startMs)
  const honestShare = 1 - EPISODE_SHARE
  const perDay = events / (days + honestShare * drift.saleDays(days))
  const regulars = Math.ceil((perDay * (honestShare - NEWCOMER_SHARE)) / REGULAR_ORDERS_PER_DAY)
  const world = new World(`atalaya-world-2/${seed}`, siteId, regulars)
  settleRegulars(world, regulars, startMs)
  world.spawn(startMs, new SignUps(world, (perDay * NEWCOMER_SHARE) / 1.4, STAYING_SHARE))
  startEpisodes(world, startMs, perDay, drift)
  for (const sale of drift.sales)
    if (sale.factor > 1) world.spawn(sale.fromMs, new SaleRush(world, sale, perDay * honestShare))
  const incumbent = new Incumbent(blocking, world.stream('blocking'))
  for (let made = 0; made < events; made++) {
    const record = world.nextPayment()
    if (!record) return
    yield incumbent.judge(record)
  }
}
