const DAY_MS = 86_400_000

/** Days of the three parts of a fold: training, the wait for labels, test. */
const TRAIN_DAYS = 7
const DELAY_DAYS = 7
const TEST_DAYS = 7

/** Days that a fold covers. */
export const FOLD_DAYS = TRAIN_DAYS + DELAY_DAYS + TEST_DAYS

/** Whole days since 1970, UTC. */
export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS)

/** What the protocol has to know of a payment. */
export interface Payment {
  /** Whole days since 1970, UTC. */
  readonly day: number
  readonly customer: string
  readonly fraud: boolean
}

/** One fold by its days: a part covers `[from, to)`. */
export interface FoldDays {
  /** As it was asked for, YYYY-MM-DD. */
  readonly start: string
  readonly train: { readonly from: number; readonly to: number }
  readonly test: { readonly from: number; readonly to: number }
}

/** Numbers of the payments that a fold trains and tests on. */
export interface FoldRows {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/**
 * The days of the fold whose training begins on a date.
 *
 * @throws Error when the text is no date
 */
export function foldDays(start: string): FoldDays {
  const atMs = Date.parse(`${start}T00:00:00Z`)
  // 30 February is read as 2 March.
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== start)
    throw new Error(`"${start}" is no date such as 2018-07-25`)
  const from = dayOf(atMs)
  const testFrom = from + TRAIN_DAYS + DELAY_DAYS
  return {
    start,
    train: { from, to: from + TRAIN_DAYS },
    test: { from: testFrom, to: testFrom + TEST_DAYS },
  }
}

/**
 * The folds of several starts.
 *
 * @throws Error when there is none, one is no date or comes twice
 */
export function foldsOf(starts: readonly string[]): readonly FoldDays[] {
  if (starts.length === 0) throw new Error('give --starts DATE[,DATE...], first days of training')
  const twice = starts.find((start, index) => starts.indexOf(start) !== index)
  if (twice !== undefined) throw new Error(`the start ${twice} comes twice`)
  return starts.map(foldDays)
}

/**
 * Picks the rows of a fold. A customer who is known to be compromised has a blocked card and would not pay: on test
 * day `d` those are left out who had a fraud between the first day of training and day `d - 8`, since a label is
 * known seven days after its payment and the day before `d` is the last one whose labels are in.
 *
 * @param payments in order of time
 */
export function foldRows(payments: readonly Payment[], { train, test }: FoldDays): FoldRows {
  const firstFraudDay = new Map<string, number>()
  for (const { day, customer, fraud } of payments)
    if (fraud && day >= train.from && !firstFraudDay.has(customer)) firstFraudDay.set(customer, day)
  const isKnown = ({ day, customer }: Payment) =>
    (firstFraudDay.get(customer) ?? Number.POSITIVE_INFINITY) <= day - DELAY_DAYS - 1
  const rows = (keep: (payment: Payment) => boolean) =>
    Uint32Array.from(payments.flatMap((payment, row) => (keep(payment) ? [row] : [])))
  return {
    train: rows(({ day }) => day >= train.from && day < train.to),
    test: rows(payment => payment.day >= test.from && payment.day < test.to && !isKnown(payment)),
  }
}

interface Card {
  readonly customer: string
  score: number
  fraud: boolean
}

/**
 * Card precision at k: on each day customers are ranked by their highest score; it is the share of the first k that
 * have a fraud that day, averaged over the days. A customer found so is blocked and left out of later days.
 *
 * @param payments tested payments, any order
 * @param scores one a payment, higher is more suspicious
 */
export function cardPrecision(payments: readonly Payment[], scores: ArrayLike<number>, k: number): number {
  const byDay = new Map<number, number[]>()
  for (const [row, { day }] of payments.entries()) {
    const rows = byDay.get(day)
    if (rows === undefined) byDay.set(day, [row])
    else rows.push(row)
  }
  const found = new Set<string>()
  let sum = 0
  for (const [, rows] of [...byDay].sort(([a], [b]) => a - b)) {
    const top = cardsOf(payments, scores, rows)
      .filter(({ customer }) => !found.has(customer))
      .sort((a, b) => b.score - a.score)
      .slice(0, k)
    const caught = top.filter(({ fraud }) => fraud)
    for (const { customer } of caught) found.add(customer)
    sum += caught.length / k
  }
  return sum / byDay.size
}

function cardsOf(payments: readonly Payment[], scores: ArrayLike<number>, rows: readonly number[]): Card[] {
  const cards = new Map<string, Card>()
  for (const row of rows) {
    const { customer, fraud } = payments[row] as Payment
    const score = scores[row] as number
    const card = cards.get(customer)
    if (card === undefined) cards.set(customer, { customer, score, fraud })
    else {
      card.score = Math.max(card.score, score)
      card.fraud ||= fraud
    }
  }
  return [...cards.values()]
}
