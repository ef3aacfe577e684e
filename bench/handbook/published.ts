import type { Figures } from './figures.ts'

/** Test results of the Fraud Detection Handbook, mean of the four folds, simulated data. */
export const PUBLISHED: readonly (readonly [model: string, figures: Figures])[] = [
  ['logistic regression', { auc: 0.868, ap: 0.623, cp100: 0.297 }],
  ['random forest', { auc: 0.87, ap: 0.678, cp100: 0.299 }],
  ['XGBoost', { auc: 0.869, ap: 0.687, cp100: 0.303 }],
  ['XGBoost, parameters picked with hindsight', { auc: 0.872, ap: 0.694, cp100: 0.304 }],
  ['balanced bagging', { auc: 0.879, ap: 0.68, cp100: 0.305 }],
  ['feed-forward network', { auc: 0.876, ap: 0.675, cp100: 0.303 }],
  ['LSTM', { auc: 0.876, ap: 0.665, cp100: 0.297 }],
]

/** The best published figure of a kind, with the model that reached it. */
export function bestPublished(figure: keyof Figures): { readonly name: string; readonly value: number } {
  const [name, figures] = PUBLISHED.reduce((best, next) => (next[1][figure] > best[1][figure] ? next : best))
  return { name: `published: ${name}`, value: figures[figure] }
}
