import { createPreScorer } from '@atalaya/client/contract'
import { REASON_CODES, type ReasonCode, reasonsOf } from '../decide/index.ts'
import type { EventContext, IpFacts } from '../events/payment-event.ts'
import { encodeRow, type FeatureRow, type FeatureValue } from '../features/index.ts'
import { TreeShap } from '../model/shap.ts'
import { parseXgboostJson } from '../model/xgboost-json.ts'
import { loadEngineModel, type StoredModel } from '../registry/index.ts'
import { groupColumns } from './column-groups.ts'
import { TrainingError } from './errors.ts'
import { type Progress, SILENT } from './progress.ts'
import { Replay } from './replay.ts'
import { type RecordSource, readSource, recordHash } from './source.ts'

/** How far a feature moved the score of one order. */
export interface FeatureContribution {
  readonly feature: string
  readonly value: FeatureValue
  /** Log-odds; positive raises the risk. */
  readonly contribution: number
}

/** Features of one reason together, in words. */
export interface ReasonInWords {
  readonly code: ReasonCode
  readonly contribution: number
  readonly features: readonly string[]
  readonly es: string
  readonly en: string
}

/** What a model says of one order and why. */
export interface OrderExplanation {
  readonly model: string
  /** `shap`: bias and contributions add up to the margin. `ablation`: the model's trees are unknown, nothing adds up. */
  readonly method: 'shap' | 'ablation'
  readonly margin: number
  readonly probability: number
  /** The mean log-odds, from which the contributions lead to the margin; null by ablation. */
  readonly bias: number | null
  /** Bias and contributions less the margin: rounding alone; null by ablation. */
  readonly remainder: number | null
  /** Every feature that the model has, what moves the score most first. */
  readonly contributions: readonly FeatureContribution[]
  /** What raises the risk most first. */
  readonly reasons: readonly ReasonInWords[]
}

/** Explains the score that a model gives to features. @throws RegistryError `model_features_unknown` */
export async function explainFeatures(stored: StoredModel, features: FeatureRow): Promise<OrderExplanation> {
  const { columns } = stored.manifest
  const row = encodeRow(features, columns)
  const engine = await loadEngineModel(stored)
  try {
    const { margin, probability } = await engine.scorer.score(row)
    const shap = stored.trees && new TreeShap(parseXgboostJson(stored.trees)).explain(row)
    const values = shap ? shap.contributions : await engine.scorer.explain(row)
    return {
      model: stored.version,
      method: shap ? 'shap' : 'ablation',
      ...{ margin, probability },
      bias: shap ? shap.bias : null,
      remainder: shap && values.reduce((sum, value) => sum + value, shap.bias) - margin,
      contributions: contributionsOf(columns, values, features),
      reasons: reasonsOf(columns, values).map(reason => ({
        ...reason,
        ...REASON_CODES[reason.code].analyst,
      })),
    }
  } finally {
    await engine.close()
  }
}

function contributionsOf(
  columns: readonly string[],
  values: Float64Array,
  features: FeatureRow,
): FeatureContribution[] {
  return groupColumns(columns)
    .map(({ feature, places }) => ({
      feature,
      value: features[feature] ?? null,
      contribution: places.reduce((sum, place) => sum + (values[place] as number), 0),
    }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.feature < b.feature ? -1 : 1))
}

/** An order of a history, by its id or its place (from 1). */
export type OrderChoice = { readonly order: string } | { readonly row: number }

/** An order of a history as the service would have seen it. */
export interface FoundOrder {
  readonly orderId: string
  readonly row: number
  readonly receivedAtMs: number
  readonly amountMinor: number
  /** Null while nobody knows. */
  readonly fraud: boolean | null
  readonly features: FeatureRow
}

export interface FindOrderOptions {
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  readonly progress?: Progress
}

/**
 * Replays a history until an order and gives its features at that moment.
 *
 * @throws TrainingError `order_unknown`; those of the source
 */
export async function findOrder(
  { prescore }: Pick<StoredModel, 'prescore'>,
  source: RecordSource,
  choice: OrderChoice,
  { lookupIp, toSiteMinor, progress = SILENT }: FindOrderOptions,
): Promise<FoundOrder> {
  const preScorer = prescore && createPreScorer(prescore)
  progress.phase('features', source.rows)
  const replay = new Replay({
    ...{ site: source.site, lookupIp, toSiteMinor },
    ...(preScorer && {
      prescore: ({ session: { signals } }) => (signals === null ? null : preScorer(signals)),
    }),
  })
  let row = 0
  for await (const record of readSource(source, recordHash(), done => progress.update(done))) {
    row++
    const { event, features } = replay.next(record)
    if ('order' in choice ? record.transaction.id !== choice.order : row !== choice.row) continue
    return {
      ...{ orderId: record.transaction.id, row, receivedAtMs: record.receivedAtMs },
      ...{ amountMinor: event.siteAmountMinor, fraud: record.label?.fraud ?? null, features },
    }
  }
  throw new TrainingError(
    'order_unknown',
    'order' in choice
      ? `the history of ${row} orders has no order "${choice.order}"`
      : `the history has ${row} orders, not ${choice.row}`,
    'Give the id of an order by --order, or its place in the history, from 1, by --row.',
  )
}
