export {
  chooseOutcome,
  type ExpectedCosts,
  expectedCosts,
  type Risk,
  type Threshold,
  thresholds,
} from './choose.ts'
export {
  type CompiledPolicy,
  type CostPolicy,
  CostPolicySchema,
  compilePolicy,
  DEFAULT_POLICY,
} from './cost-policy.ts'
export { type FittedPolicy, fitPolicy, type PolicyOrders } from './fit.ts'
export { DECISIONS, type Outcome, severity } from './outcome.ts'
export { combine } from './precedence.ts'
