export {
  type ClassCounts,
  countClasses,
  DEFAULT_SMOTE_SHARE,
  fraudWeight,
  type Imbalance,
  ImbalanceSchema,
  imbalanceName,
  NO_TREATMENT,
  weightParameter,
} from './strategy.ts'
export { learningRows } from './with-synthetic.ts'
