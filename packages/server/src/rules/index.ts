export { type CompiledRules, compileRules, type RuleResults } from './compile.ts'
export { DEFAULT_RULES } from './default-rules.ts'
export { FACT_TYPES, type RuleContext } from './facts.ts'
export { type FiredRule, type Rule, RuleSchema, type UndeterminedRule } from './rule.ts'
