import Type, { type Static } from 'typebox'
import { DECISIONS, type Outcome } from '../policy/outcome.ts'

/** A rule of the shop: an expression over the order and what to do when it holds. */
export const RuleSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9_]{1,64}$', description: 'Stable name, lower case' }),
    description: Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Why the rule exists, for people',
    }),
    when: Type.String({ minLength: 1, maxLength: 2000, description: 'CEL expression of type bool' }),
    action: Type.Enum(DECISIONS, {
      description: 'The least outcome when the rule fires; allow vouches for the order',
    }),
    enabled: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type Rule = Static<typeof RuleSchema>

/** A rule that fired. */
export interface FiredRule {
  readonly id: string
  readonly action: Outcome
}

/** A rule that could not tell, since it reads what is missing; it does not fire. */
export interface UndeterminedRule {
  readonly id: string
  /** The fields that it reads and that are missing, for example `features.ip_country`. */
  readonly missing: readonly string[]
}
