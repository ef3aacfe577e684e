import { addedOn, flag, number } from './declare.ts'
import type { Feature } from './types.ts'

const NIGHT_ENDS_HOUR = 6
const HOUR_MS = 3_600_000
/** Of a day, what lies within two hours of a time. */
const NEAR_SHARE = 4 / 24

export const TIME_FEATURES: readonly Feature[] = [
  number('h', {
    name: 'time_of_day',
    description: "Hours since midnight by the site's clocks, with their fraction",
    entity: 'order',
    source: 'transaction',
    compute: ({ local }) => local.hour,
  }),
  number('-1..1', {
    name: 'time_of_day_sin',
    description: 'Sine of the time of day on a circle of 24 hours, so that 23:59 lies beside 0:00',
    entity: 'order',
    source: 'transaction',
    compute: ({ local }) => Math.sin((2 * Math.PI * local.hour) / 24),
  }),
  number('-1..1', {
    name: 'time_of_day_cos',
    description: 'Cosine of the time of day on a circle of 24 hours',
    entity: 'order',
    source: 'transaction',
    compute: ({ local }) => Math.cos((2 * Math.PI * local.hour) / 24),
  }),
  flag({
    name: 'is_night',
    description: `Between midnight and ${NIGHT_ENDS_HOUR} by the site's clocks`,
    entity: 'order',
    source: 'transaction',
    compute: ({ local }) => local.hour < NIGHT_ENDS_HOUR,
  }),
  number('0 Monday to 6 Sunday', {
    name: 'day_of_week',
    description: "Day of the week by the site's clocks",
    entity: 'order',
    source: 'transaction',
    compute: ({ local }) => local.weekday,
  }),
  flag({
    name: 'is_weekend',
    description: "Saturday or Sunday by the site's clocks",
    entity: 'order',
    source: 'transaction',
    compute: ({ local }) => local.weekday >= 5,
  }),
  ...addedOn('2026-11-24', [
    number('share', {
      name: 'time_of_day_habit_share',
      description:
        "Share of the account's payments among its latest 40 events that were made within two hours of this time of day, " +
        'one payment spread evenly over the day added; missing without any. Days are counted in UTC: where clocks ' +
        'change, the habit is an hour off for a while',
      entity: 'account',
      source: 'history',
      compute: ({ history }) => {
        const hours = history.account?.hours
        return hours === undefined || hours.count === 0
          ? null
          : (hours.nearCount + NEAR_SHARE) / (hours.count + 1)
      },
    }),
    number('h', {
      name: 'time_of_day_habit_gap',
      description:
        "From this time of day to the nearest at which the account's latest payments were made, at most 12 h; missing without any",
      entity: 'account',
      source: 'history',
      compute: ({ history }) => {
        const nearestMs = history.account?.hours?.nearestMs ?? null
        return nearestMs === null ? null : nearestMs / HOUR_MS
      },
    }),
  ]),
]
