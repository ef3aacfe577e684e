import type { Import } from '../import/index.ts'
import type { ColumnProfile, LabelSql } from './column-profile.ts'
import { type Finding, finding, percent } from './finding.ts'

/** How well a column alone tells fraud from genuine. */
export interface Separation {
  readonly column: string
  readonly field: string | null
  /** ROC-AUC of the column alone, the best of its values, its number and its being filled. */
  readonly auc: number
  /** Of the values (or the being empty) that nearly always mean fraud: how often they do, and the share of frauds. */
  readonly precision: number
  readonly recall: number
}

/** Nothing that is known before a payment separates so well. */
const AUC_LIMIT = 0.99
/** A value that means fraud so often, in so large a share of the frauds, was written because of it. */
const PRECISION_LIMIT = 0.95
const RECALL_LIMIT = 0.3
/** Fewer of either class prove nothing. */
const FEWEST = 20
/** Answer keys have few values; cards and devices of fraud rings have many. */
const MAX_VALUES = 1000
const NUMBER_SHARE = 0.95

/** Fields that name somebody: a label may well hang on them, and they cannot be left out. */
const IDENTITIES =
  /^(transaction\.(id|account\.(id|email|phone)|payment\.(cardFingerprint|bin|last4)|item\.(id|seller)|ip|recipient|(shipping|billing)\.lineHash)|deviceThumbprint|visitorId|remoteIp)$/

/**
 * Measures each column of the files, mapped or not, against the label. Values are judged by the fraud rate that they
 * have in the other half of the rows, so that values seen once, such as ids, tell nothing.
 */
export async function measureSeparation(
  opened: Import,
  profiles: readonly ColumnProfile[],
  sql: LabelSql,
  onColumn: (done: number) => void,
): Promise<Separation[]> {
  const [[frauds, genuine] = []] = await opened.store.query(
    `SELECT coalesce(sum(y), 0)::DOUBLE, count(y)::DOUBLE - coalesce(sum(y), 0)::DOUBLE FROM (SELECT ${sql.label} AS y FROM loaded)`,
  )
  const totals = { frauds: Number(frauds), genuine: Number(genuine) }
  if (totals.frauds < FEWEST || totals.genuine < FEWEST) return []
  const measured: Separation[] = []
  for (const [index, profile] of profiles.entries()) {
    onColumn(index)
    if (profile.field === 'label' || profile.field === 'label.observedAt' || profile.filled === 0) continue
    const { column, field } = profile
    const parts = [presence(profile, totals)]
    if (profile.constant === null) parts.push(await byValue(opened, profile, sql, totals))
    if (profile.numeric >= NUMBER_SHARE * profile.filled && field !== 'transaction.id')
      parts.push({ auc: await byNumber(opened, column, sql), precision: 0, recall: 0 })
    const clear = parts.find(({ precision, recall }) => isClear(precision, recall))
    measured.push({
      ...{ column, field, auc: Math.max(...parts.map(({ auc }) => auc)) },
      ...{ precision: clear?.precision ?? 0, recall: clear?.recall ?? 0 },
    })
  }
  return measured
}

type Part = Pick<Separation, 'auc' | 'precision' | 'recall'>
interface Totals {
  readonly frauds: number
  readonly genuine: number
}

const isClear = (precision: number, recall: number) => precision >= PRECISION_LIMIT && recall >= RECALL_LIMIT

/** Of being empty, or of being filled, whichever means fraud. */
function presence({ missingFrauds, missingLabelled }: ColumnProfile, { frauds, genuine }: Totals): Part {
  const labelled = frauds + genuine
  const sides = [
    { frauds: missingFrauds, all: missingLabelled },
    { frauds: frauds - missingFrauds, all: labelled - missingLabelled },
  ].map(side => ({
    precision: side.all < FEWEST ? 0 : side.frauds / side.all,
    recall: side.frauds / frauds,
  }))
  const missingRates = [missingFrauds / frauds, (missingLabelled - missingFrauds) / genuine] as const
  const clear = sides.find(({ precision, recall }) => isClear(precision, recall))
  return {
    auc: 0.5 + Math.abs(missingRates[0] - missingRates[1]) / 2,
    ...{ precision: clear?.precision ?? 0, recall: clear?.recall ?? 0 },
  }
}

/** Each half of the rows is ranked by what its values meant in the other half. */
async function byValue(
  { store, rows }: Import,
  { column, distinct }: ColumnProfile,
  sql: LabelSql,
  { frauds, genuine }: Totals,
): Promise<Part> {
  const rate = frauds / (frauds + genuine)
  const [[auc, caught, called] = []] = await store.query(
    `WITH marked AS (SELECT coalesce(${sql.value(column)}, chr(0)) AS v, hash(g) % 2 AS half, ${sql.label} AS y FROM loaded), ` +
      'counted AS (SELECT v, sum(y) FILTER (half = 0) AS f0, count(*) FILTER (half = 0) AS n0, ' +
      'sum(y) FILTER (half = 1) AS f1, count(*) FILTER (half = 1) AS n1 FROM marked WHERE y IS NOT NULL GROUP BY v), ' +
      `judged AS (SELECT (coalesce(f0, 0) + ${rate}) / (n0 + 1) AS s, coalesce(f1, 0) AS f, n1 - coalesce(f1, 0) AS h FROM counted ` +
      `UNION ALL SELECT (coalesce(f1, 0) + ${rate}) / (n1 + 1), coalesce(f0, 0), n0 - coalesce(f0, 0) FROM counted), ` +
      `scored AS (SELECT s, sum(f) AS f, sum(h) AS h FROM judged GROUP BY s) ${AUC}, ` +
      'coalesce(sum(f) FILTER (s >= 0.8), 0)::DOUBLE, coalesce(sum(f + h) FILTER (s >= 0.8), 0)::DOUBLE FROM ranked',
  )
  const isKey = distinct <= Math.min(MAX_VALUES, Math.max(2, rows / 20)) && Number(called) >= FEWEST
  return {
    auc: Number(auc ?? 0.5),
    precision: isKey ? Number(caught) / Number(called) : 0,
    recall: isKey ? Number(caught) / frauds : 0,
  }
}

async function byNumber({ store }: Import, column: string, sql: LabelSql): Promise<number> {
  const [[auc, frauds, genuine] = []] = await store.query(
    `WITH marked AS (SELECT try_cast(${sql.value(column)} AS DOUBLE) AS s, ${sql.label} AS y FROM loaded), ` +
      `scored AS (SELECT s, sum(y) AS f, count(*) - sum(y) AS h FROM marked WHERE y IS NOT NULL AND s IS NOT NULL GROUP BY s) ${AUC}, sum(f)::DOUBLE, sum(h)::DOUBLE FROM ranked`,
  )
  if (Number(frauds) < FEWEST || Number(genuine) < FEWEST) return 0.5
  const value = Number(auc ?? 0.5)
  return Math.max(value, 1 - value)
}

/** The area by counting pairs (Mann and Whitney): genuine below each fraud, ties by half. */
const AUC =
  ', ranked AS (SELECT s, f, h, sum(h) OVER (ORDER BY s) - h AS below FROM scored) ' +
  'SELECT (sum(f * (below + h / 2)) / nullif(sum(f) * sum(h), 0))::DOUBLE'

/** Columns that know the answer. */
export function giveawayFindings(measured: readonly Separation[]): Finding[] {
  return measured
    .filter(({ auc, precision, recall }) => auc >= AUC_LIMIT || isClear(precision, recall))
    .map(({ column, field, auc, precision, recall }) => {
      const how =
        auc >= AUC_LIMIT
          ? `ROC-AUC ${auc.toFixed(3)} by itself`
          : `${percent(precision)} of the rows that it marks are fraud, ${percent(recall)} of all frauds`
      const more = { subject: column }
      const message = `column "${column}" gives the label away (${how})`
      if (field === 'never')
        return finding('note', 'gives_label_away', message, 'The mapping lists it under "never".', more)
      if (field === null)
        return finding('note', 'gives_label_away', message, 'Nothing reads it: never map it.', more)
      if (IDENTITIES.test(field))
        return finding(
          'warn',
          'gives_label_away',
          `${message}; it fills ${field}`,
          'Labels of whole accounts, cards or devices say nothing of a single payment: check how they were made.',
          more,
        )
      return finding(
        'refuse',
        'gives_label_away',
        `${message}; it fills ${field}`,
        'Take it out of the mapping and list it under "never": it was written after the payment.',
        more,
      )
    })
}
