import { type ASTNode, type Environment, EvaluationError, serialize } from '@marcbachmann/cel-js'
import { neededPaths } from './reads.ts'

/** Facts of an order as expressions read them, and the paths among them that have a value. */
export interface Facts {
  readonly values: Readonly<Record<string, unknown>>
  readonly present: ReadonlySet<string>
}

/** True, false, or undefined where missing values leave it open. */
export type Truth = boolean | undefined

export type Predicate = (facts: Facts) => Truth

/**
 * Compiles an expression to three-valued logic (Kleene's strong one, which is also what CEL's errors amount to): `&&`,
 * `||` and `!` are joined here, what stands between them is evaluated by CEL, and only when its values are there. CEL
 * alone would say the same, by throwing an error for each missing value, which costs 10 us a time.
 */
export function compileLogic(node: ASTNode, environment: Environment): Predicate {
  switch (node.op) {
    case '&&':
      return join(node.args, environment, false)
    case '||':
      return join(node.args, environment, true)
    case '!_': {
      const inner = compileLogic(node.args, environment)
      return facts => {
        const truth = inner(facts)
        return truth === undefined ? undefined : !truth
      }
    }
    default:
      return atom(node, environment)
  }
}

/** Both sides; the one that decides (false for `&&`, true for `||`) does so whatever the other is. */
function join(sides: readonly [ASTNode, ASTNode], environment: Environment, deciding: boolean): Predicate {
  const left = compileLogic(sides[0], environment)
  const right = compileLogic(sides[1], environment)
  return facts => {
    const first = left(facts)
    if (first === deciding) return deciding
    const second = right(facts)
    if (second === deciding) return deciding
    return first === undefined || second === undefined ? undefined : !deciding
  }
}

function atom(node: ASTNode, environment: Environment): Predicate {
  const holds = environment.parse(serialize(node))
  const needs = neededPaths(node)
  return ({ values, present }) => {
    if (!needs.every(path => present.has(path))) return undefined
    try {
      const value: unknown = holds(values)
      return typeof value === 'boolean' ? value : undefined
    } catch (error) {
      // A free field of another type than it is compared with, or a missing value in a branch.
      if (error instanceof EvaluationError) return undefined
      throw error
    }
  }
}
