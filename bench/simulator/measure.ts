import { CATALOGUE, COLUMNS, encoder, featureOfColumn } from '../../packages/server/src/features/index.ts'
import { openIpData } from '../../packages/server/src/ipdata/index.ts'
import type { HistoryRecord } from '../../packages/server/src/records/record.ts'
import { type SimulationOptions, simulateHistory } from '../../packages/server/src/simulator/index.ts'
import { FeatureTable, UNKNOWN_LABEL } from '../../packages/server/src/training/feature-table.ts'
import { DEFAULT_FIT, fitTrees } from '../../packages/server/src/training/fit.ts'
import { averagePrecision, rank } from '../../packages/server/src/training/metrics/index.ts'
import { Replay } from '../../packages/server/src/training/replay.ts'
import { DEFAULT_SPLIT, splitByTime } from '../../packages/server/src/training/split.ts'
import { loadXgboost } from '../../packages/server/src/training/xgboost/index.ts'

const DAY_MS = 86_400_000

/** What a model may look at, by the source of its features. */
const SIGHTS = {
  order: ['transaction'],
  'order and session': ['transaction', 'token'],
  'order, network and history': ['transaction', 'ip', 'history'],
  everything: ['transaction', 'token', 'ip', 'history'],
} as const
export type Sight = keyof typeof SIGHTS
export const SIGHT_NAMES = Object.keys(SIGHTS) as Sight[]

/** As `npm run model` grows them. */
const FIT = { ...DEFAULT_FIT, maxDepth: 5, minChildWeight: 5, maxRounds: 200, maxBins: [256], seed: 1 }

/** Judged rows with what the model and the generator said of them. */
export interface Judged {
  readonly sight: Sight
  readonly scores: Float32Array
  readonly rows: readonly Truth[]
}
export interface Truth {
  readonly attack: string
  readonly fraud: number
  readonly oracle: number
}

/** Average precision of a ranking, and the same with each row counted as fraud by its probability. */
export interface Figures {
  readonly ap: number
  readonly expectedAp: number
}

const sourceOf = new Map(CATALOGUE.map(({ name, source }) => [name, source]))

function columnsOf(sight: Sight): string[] {
  const sources: readonly string[] = SIGHTS[sight]
  // No network is trained here: what it reads is in the columns anyway.
  return COLUMNS.filter(
    column =>
      column !== 'trans_risk_score' && sources.includes(sourceOf.get(featureOfColumn(column)) ?? 'none'),
  )
}

/**
 * Trains trees on a simulated history as of one day and judges what comes later.
 *
 * @param judgeFromDay first day that is judged; labels that become known later are unknown to the training
 */
export async function measure(
  options: SimulationOptions,
  judgeFromDay: number,
  sights: readonly Sight[],
  say: (line: string) => void,
): Promise<Judged[]> {
  const tables = sights.map(sight => {
    const columns = columnsOf(sight)
    return { sight, encode: encoder(columns), table: new FeatureTable(columns) }
  })
  const ipData = await openIpData()
  const replay = new Replay({
    site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
    lookupIp: ip => ipData.lookup(ip),
    toSiteMinor: amountMinor => amountMinor,
  })
  say(`replaying ${options.events} payments`)
  for (const record of simulateHistory(options)) {
    const { event, features } = replay.next(record)
    const facts = factsOf(record, event.siteAmountMinor)
    for (const { table, encode } of tables) table.add(facts, encode(features))
  }
  const xgboost = loadXgboost()
  return tables.map(({ sight, table }) => {
    say(`training on ${sight}`)
    const testFromMs = options.startMs + judgeFromDay * DAY_MS
    const split = splitByTime(table, { ...DEFAULT_SPLIT, testFromMs, maturityDays: 5 })
    const fitted = fitTrees(xgboost, table, split, FIT, () => undefined)
    using matrix = xgboost.matrix({
      values: table.gather(split.test, fitted.places),
      columns: fitted.columns,
    })
    const scores = fitted.booster.margins(matrix)
    fitted.booster.close()
    const rows = Array.from(split.test, row => {
      const { attack, label, oracle } = table.facts(row)
      return { attack: attack ?? 'unknown', fraud: label, oracle }
    })
    return { sight, scores, rows }
  })
}

function factsOf({ receivedAtMs, label, oracle, attack }: HistoryRecord, amountMinor: number) {
  return {
    ...{ receivedAtMs, amountMinor, attack: attack ?? null },
    label: label === null ? UNKNOWN_LABEL : Number(label.fraud),
    labelObservedAtMs: label?.observedAtMs ?? Number.NaN,
    oracle: oracle ?? Number.NaN,
  }
}

/** How well scores rank the rows. */
export function figures(scores: ArrayLike<number>, rows: readonly Truth[]): Figures {
  const twice = Float64Array.from({ length: 2 * scores.length }, (_, at) => scores[at >> 1] ?? 0)
  const labels = Uint8Array.from({ length: twice.length }, (_, at) => at & 1)
  const weights = Float64Array.from({ length: twice.length }, (_, at) => {
    const risk = rows[at >> 1]?.oracle ?? 0
    return at & 1 ? risk : 1 - risk
  })
  return {
    ap: averagePrecision(rank({ scores, labels: rows.map(({ fraud }) => fraud) })),
    expectedAp: averagePrecision(rank({ scores: twice, labels }), weights),
  }
}

/**
 * Of each attack's expected frauds the share among the first `capacity` of all rows.
 *
 * @param capacity share of all rows that is looked at
 */
export function foundByAttack(
  scores: ArrayLike<number>,
  rows: readonly Truth[],
  capacity: number,
): ReadonlyMap<string, { readonly expected: number; readonly found: number }> {
  const { order } = rank({ scores, labels: rows.map(({ fraud }) => fraud) })
  const room = Math.round(capacity * rows.length)
  const found = new Map<string, { expected: number; found: number }>()
  for (const [place, row] of order.entries()) {
    const { attack, oracle } = rows[row] as Truth
    const kind = found.get(attack) ?? { expected: 0, found: 0 }
    kind.expected += oracle
    if (place < room) kind.found += oracle
    found.set(attack, kind)
  }
  return found
}

/**
 * Expected average precision that would be won by knowing one kind: its rows ranked by the generator's probability,
 * all others by the model's.
 *
 * @param margins log-odds of fraud by the model
 */
export function lossByKind(margins: ArrayLike<number>, rows: readonly Truth[]): ReadonlyMap<string, number> {
  const model = Float64Array.from(margins, margin => 1 / (1 + Math.exp(-margin)))
  const { expectedAp } = figures(model, rows)
  return new Map(
    [...new Set(rows.map(({ attack }) => attack))].map(kind => {
      const told = model.map((score, at) => (rows[at]?.attack === kind ? (rows[at]?.oracle ?? 0) : score))
      return [kind, figures(told, rows).expectedAp - expectedAp]
    }),
  )
}
