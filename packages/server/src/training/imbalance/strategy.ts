import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

/** How the rarity of fraud is treated while trees are grown. */
export const ImbalanceSchema = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, strict),
  Type.Object(
    {
      kind: Type.Union([Type.Literal('weight'), Type.Literal('sqrt-weight')], {
        description: 'Frauds weigh as much as all genuine rows together, or the square root of that factor',
      }),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('smote'),
      share: Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.5,
        description: 'Share of fraud after synthetic rows were added',
      }),
    },
    strict,
  ),
])
export type Imbalance = Static<typeof ImbalanceSchema>

export const NO_TREATMENT: Imbalance = { kind: 'none' }

/** Share of fraud that SMOTE-NC aims at unless told otherwise. */
export const DEFAULT_SMOTE_SHARE = 0.1

/** For tables and progress: `none`, `sqrt-weight`, `smote to 10 %`. */
export function imbalanceName(imbalance: Imbalance): string {
  return imbalance.kind === 'smote'
    ? `smote to ${Number((100 * imbalance.share).toPrecision(3))} %`
    : imbalance.kind
}

/** Rows of each class. */
export interface ClassCounts {
  readonly frauds: number
  readonly genuine: number
}

export function countClasses(labels: ArrayLike<number>): ClassCounts {
  let frauds = 0
  for (let row = 0; row < labels.length; row++) if (labels[row] === 1) frauds++
  return { frauds, genuine: labels.length - frauds }
}

/**
 * How much more a fraud counts in what the trees learn than in the data. Weighting states it outright, resampling by
 * the shares of the classes. Rows that only stop the boosting get it as a weight, or the loss watched would be of
 * another population than the loss that is minimised, and boosting would stop too early.
 */
export function fraudWeight(imbalance: Imbalance, { frauds, genuine }: ClassCounts): number {
  switch (imbalance.kind) {
    case 'none':
      return 1
    case 'weight':
      return genuine / frauds
    case 'sqrt-weight':
      return Math.sqrt(genuine / frauds)
    case 'smote':
      return (frauds + syntheticRows(imbalance.share, { frauds, genuine })) / frauds
  }
}

/** XGBoost's weight of frauds, under its own name; nothing when the treatment sets none. */
export function weightParameter(
  imbalance: Imbalance,
  classes: ClassCounts,
): { readonly scale_pos_weight?: number } {
  const isWeighted = imbalance.kind === 'weight' || imbalance.kind === 'sqrt-weight'
  return isWeighted ? { scale_pos_weight: fraudWeight(imbalance, classes) } : {}
}

/** Synthetic frauds needed to make fraud that share of all rows; 0 when it already is. */
export function syntheticRows(share: number, { frauds, genuine }: ClassCounts): number {
  return Math.max(0, Math.round((share * genuine) / (1 - share)) - frauds)
}
