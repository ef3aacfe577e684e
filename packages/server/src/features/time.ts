import { flag, number } from './declare.ts'
import type { Feature } from './types.ts'

const NIGHT_ENDS_HOUR = 6

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
]
