import { COLUMNS } from '../../features/index.ts'
import { FeatureTable } from '../feature-table.ts'
import { seededRandom } from '../random.ts'

const DAY_MS = 86_400_000

const COLUMNS_USED = [
  'trans_amount',
  'trans_amount_log',
  'time_since_last_trans',
  'email_disposable',
  ...COLUMNS.filter(column => column.startsWith('device_type=')),
]

/**
 * Rows of some of the catalogue's columns over 100 days, about a sixth of them fraud, that trees can learn from;
 * every label is known three days after its row.
 */
export function learnableTable(rows: number, seed = 1): FeatureTable {
  const random = seededRandom(seed)
  const table = new FeatureTable(COLUMNS_USED)
  for (let row = 0; row < rows; row++) {
    const amount = Math.floor(50_000 * random.next() ** 3)
    const pauseSeconds = random.next() < 0.2 ? Number.NaN : 1e6 * random.next() ** 2
    const isDisposable = random.next() < 0.1
    const device = random.below(COLUMNS_USED.length - 4)
    const suspicion =
      amount / 10_000 + Number(isDisposable) * 2 + Number(device === 3) + Number(pauseSeconds < 1e5)
    const label = Number(random.next() < 1 / (1 + Math.exp(5 - 1.2 * suspicion)))
    const receivedAtMs = Math.floor((row / rows) * 100 * DAY_MS)
    table.add(
      {
        ...{ receivedAtMs, amountMinor: amount, label, labelObservedAtMs: receivedAtMs + 3 * DAY_MS },
        ...{ oracle: Number.NaN, attack: null },
      },
      Float32Array.from(COLUMNS_USED, (_, place) => {
        if (place === 0) return amount
        if (place === 1) return Math.log1p(amount)
        if (place === 2) return pauseSeconds
        return place === 3 ? Number(isDisposable) : Number(place - 4 === device)
      }),
    )
  }
  return table
}
