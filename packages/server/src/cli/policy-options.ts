import { type Command, InvalidArgumentError } from 'commander'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import { type CostPolicy, CostPolicySchema, compilePolicy, DEFAULT_POLICY } from '../policy/index.ts'
import { readJson } from '../sites/index.ts'
import type { ReviewCapacity } from '../training/policy-report.ts'
import { writeOutput } from './output.ts'

/** Costs of outcomes, and how many orders can be reviewed. */
export interface PolicyOptions {
  readonly policy?: string
  readonly reviewCapacity?: ReviewCapacity
  readonly policyOut?: string
}

export function addPolicyOptions(command: Command): Command {
  return command
    .option(
      '--policy <file>',
      'costs of outcomes as JSON, see docs/policy.md (default: those documented there)',
    )
    .option(
      '--review-capacity <n>',
      'orders that can be reviewed, as a share (0.5%, 0.005) or a day (40/day): fits the policy',
      reviewCapacity,
    )
    .option('--policy-out <file>', 'where the policy goes, for the policy.json of a service')
}

/** `0.5%` and `0.005` are a share of the orders, `40/day` a number a day. */
export function reviewCapacity(text: string): ReviewCapacity {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(%|\/day)?$/.exec(text.trim()) ?? []
  const value = Number(number)
  if (unit === '/day') return { perDay: value }
  const share = unit === '%' ? value / 100 : value
  if (number !== undefined && share <= 1) return { share }
  throw new InvalidArgumentError(
    'Give a share of the orders such as 0.5% or 0.005, or a number such as 40/day.',
  )
}

const document = Compile(CostPolicySchema)

/**
 * The costs that the options name; without any the default ones, taken to be in the shop's currency.
 *
 * @throws AtalayaError `policy_missing`, `file_invalid`, `invalid_policy`
 */
export function readPolicy({ policy: path }: PolicyOptions, currency: string): CostPolicy {
  if (path === undefined) return { ...DEFAULT_POLICY, currency }
  const costs = readJson(path, document)
  if (costs === undefined)
    throw new AtalayaError('policy_missing', `policy file ${path} does not exist`, 'Check the path.')
  if (costs.currency !== currency)
    throw new AtalayaError(
      'invalid_policy',
      `${path} is in ${costs.currency} and the orders are counted in ${currency}`,
      `Write the costs in ${currency}, or name the orders' currency with --currency.`,
    )
  return compilePolicy(costs).costs
}

/** Writes the policy as the service reads it, when the options say where to. @returns what to print */
export function writePolicy({ policyOut: path }: PolicyOptions, costs: CostPolicy): string[] {
  if (path === undefined) return []
  writeOutput(path, `${JSON.stringify(costs, null, 2)}\n`)
  return [`cost policy ${compilePolicy(costs).version} written to ${path}`]
}
