export {
  type ClassCounts,
  countClasses,
  DEFAULT_SMOTE_SHARE,
  fraudWeight,
  type Imbalance,
  ImbalanceSchema,
  imbalanceName,
  NO_TREATMENT,
} from './strategy.ts'
export { withSynthetic } from './with-synthetic.ts'
