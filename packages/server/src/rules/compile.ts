import { type TypeError as CheckError, Environment, ParseError, type ParseResult } from '@marcbachmann/cel-js'
import { Compile } from 'typebox/compile'
import { contentHash } from '../base/content-hash.ts'
import { AtalayaError } from '../base/errors.ts'
import { FACT_TYPES, factAt, type RuleContext } from './facts.ts'
import { compileLogic, type Facts, type Predicate } from './logic.ts'
import { pathsOf, refusalIn } from './reads.ts'
import { type FiredRule, type Rule, RuleSchema, type UndeterminedRule } from './rule.ts'

/** What came of a set of rules. */
export interface RuleResults {
  readonly fired: readonly FiredRule[]
  /** Rules that read a missing value and so could not tell; they did not fire. */
  readonly undetermined: readonly UndeterminedRule[]
}

/** Rules ready to judge. */
export interface CompiledRules {
  readonly rules: readonly Rule[]
  /** Content hash of the enabled rules, their order included. */
  readonly version: string
  /** Features that some enabled rule reads: no others need to be in the context. */
  readonly features: readonly string[]
  evaluate(context: RuleContext): RuleResults
}

interface CompiledRule {
  readonly rule: Rule
  readonly holds: Predicate
  readonly paths: readonly (readonly string[])[]
}

/** Keeps the parser from building towers out of a hostile expression. */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 20,
  maxCallArguments: 4,
}

const schema = Compile(RuleSchema)

/**
 * Compiles rules once for many orders. Disabled rules are checked too, so that enabling one cannot fail later.
 *
 * Missing values follow CEL: an operand that is missing is an error, `false && missing` is false, `true || missing`
 * is true, `has(x)` asks. A rule whose result is such an error does not fire and is listed as undetermined.
 *
 * @throws AtalayaError `invalid_rule` naming rule, position and mend
 */
export function compileRules(rules: readonly unknown[]): CompiledRules {
  const environment = ruleEnvironment()
  const compiled: CompiledRule[] = []
  const ids = new Set<string>()
  for (const [index, rule] of rules.entries()) {
    const valid = checkedRule(rule, index)
    if (ids.has(valid.id))
      throw invalid(valid.id, 'its id is already taken', 'Give every rule an id of its own.')
    ids.add(valid.id)
    const ready = compileRule(valid, environment)
    if (valid.enabled) compiled.push(ready)
  }
  const paths = new Map(compiled.flatMap(({ paths }) => paths).map(path => [path.join('.'), path]))
  return {
    rules: compiled.map(({ rule }) => rule),
    features: [...paths.values()].flatMap(([root, name]) =>
      root === 'features' && name !== undefined ? [name] : [],
    ),
    version: contentHash(compiled.map(({ rule: { id, when, action } }) => ({ id, when, action }))),
    evaluate: context => {
      const facts = factsOf(context, paths)
      const fired: FiredRule[] = []
      const undetermined: UndeterminedRule[] = []
      for (const { rule, holds, paths } of compiled) {
        const truth = holds(facts)
        if (truth === true) fired.push({ id: rule.id, action: rule.action })
        if (truth === undefined) undetermined.push({ id: rule.id, missing: missingOf(paths, facts) })
      }
      return { fired, undetermined }
    },
  }
}

function checkedRule(rule: unknown, index: number): Rule {
  if (schema.Check(rule)) return rule
  const [error] = schema.Errors(rule)
  const id =
    typeof rule === 'object' && rule !== null && 'id' in rule ? String(rule.id) : `number ${index + 1}`
  throw invalid(id, `${error?.instancePath || '/'} ${error?.message ?? ''}`, 'Correct the named field.')
}

function compileRule(rule: Rule, environment: Environment): CompiledRule {
  const expression = parse(rule, environment)
  const refusal = refusalIn(expression.ast)
  if (refusal !== undefined) {
    throw invalid(
      rule.id,
      `${refusal.what}, ${position(rule.when, refusal.at)}`,
      'Use comparisons, && || !, in, has(), size(), contains(), startsWith(), endsWith().',
    )
  }
  const paths = pathsOf(expression.ast)
  const whole = paths.find(path => path.length === 1 && path[0] !== 'score')
  if (whole !== undefined)
    throw invalid(rule.id, `it reads all of ${whole[0]}`, `Name a field, as in ${whole[0]}.x.`)
  const checked = expression.check()
  if (checked.error !== undefined) throw fault(rule, checked.error)
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    throw invalid(
      rule.id,
      `the expression is a ${checked.type}, not a bool`,
      'End it in a comparison, for example > 3.',
    )
  }
  return { rule, holds: compileLogic(expression.ast, environment), paths }
}

function parse(rule: Rule, environment: Environment): ParseResult {
  try {
    return environment.parse(rule.when)
  } catch (error) {
    if (error instanceof ParseError) throw fault(rule, error)
    throw error
  }
}

function fault(rule: Rule, error: ParseError | CheckError): AtalayaError {
  const what = `${error.summary}, ${position(rule.when, error.range?.start ?? 0)}`
  const mend = /double \* int|double \+ int|double - int|double \/ int/.test(error.summary)
    ? 'Numbers of a rule are decimals: write 2.0 instead of 2 when calculating.'
    : error.code === 'no_such_key'
      ? 'docs/features.md and docs/write-a-rule.md list the fields.'
      : 'docs/write-a-rule.md shows the language by examples.'
  return invalid(rule.id, what, mend)
}

function invalid(id: string, what: string, mend: string): AtalayaError {
  return new AtalayaError('invalid_rule', `rule ${id}: ${what}`, mend)
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}

/** The facts that some rule reads, as far as they are there. */
function factsOf(context: RuleContext, paths: ReadonlyMap<string, readonly string[]>): Facts {
  const present = new Set<string>()
  const values: Record<string, unknown> = { features: {}, event: {}, token: {} }
  for (const [name, path] of paths) {
    const value = factAt(context, path)
    if (value === undefined) continue
    present.add(name)
    // Whole maps are copied, since fields of them that other rules read are put into the same place.
    place(values, path, typeof value === 'object' ? { ...value } : value)
  }
  return { values, present }
}

function missingOf(paths: readonly (readonly string[])[], { present }: Facts): readonly string[] {
  const names = new Set(paths.map(path => path.join('.')))
  return [...names].filter(name => !present.has(name))
}

function place(facts: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let object = facts
  for (const field of path.slice(0, -1)) {
    const next = (object[field] ?? {}) as Record<string, unknown>
    object[field] = next
    object = next
  }
  const last = path.at(-1)
  if (last !== undefined) object[last] = value
}

function ruleEnvironment(): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS })
  // Numbers are doubles, and nobody writes `attempt == 3.0`.
  environment.registerOperator('double == int', (a: number, b: bigint) => a === Number(b))
  for (const [name, type] of Object.entries(FACT_TYPES)) {
    if (typeof type === 'string') environment.registerVariable(name, type)
    else environment.registerVariable({ name, schema: type })
  }
  return environment
}
