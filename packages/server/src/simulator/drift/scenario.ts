import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../../base/errors.ts'

/** What a scenario can hold back or change; one name an episode table's row. */
export const ATTACKS = [
  'card_testing_bot',
  'card_testing_manual',
  'device_ring',
  'stolen_card',
  'account_takeover',
  'friendly_fraud',
  'seller_collusion',
] as const
export type Attack = (typeof ATTACKS)[number]

const strict = { additionalProperties: false } as const
const day = Type.Number({ minimum: 0, maximum: 3650, description: 'Days after the beginning of the history' })
const attack = Type.Enum([...ATTACKS], { description: 'Which attack' })
const share = Type.Number({ minimum: 0, maximum: 0.05, description: 'Of all payments; default as before' })
const part = Type.Number({ minimum: 0, maximum: 1 })
const StyleSchema = Type.Object(
  { agedAccounts: Type.Optional(part), freshAddresses: Type.Optional(part), calm: Type.Optional(part) },
  strict,
)

const NewAttackSchema = Type.Object(
  { day, what: Type.Literal('new_attack'), attack, share: Type.Optional(share) },
  { ...strict, description: 'An attack that nobody has seen before that day' },
)
const ShiftSchema = Type.Object(
  {
    ...{ day, what: Type.Literal('shift'), attack },
    ...{ share: Type.Optional(share), style: Type.Optional(StyleSchema) },
  },
  { ...strict, description: 'An attack that changes its volume or its style' },
)
const SaleSchema = Type.Object(
  {
    ...{ day, what: Type.Literal('sale') },
    days: Type.Number({ exclusiveMinimum: 0, maximum: 60, description: 'Length' }),
    factor: Type.Number({ minimum: 1, maximum: 5, description: 'Honest payments against ordinary days' }),
  },
  { ...strict, description: 'Honest people buy more, dearer and in a hurry, as on Cyber Days' },
)

export const ScenarioSchema = Type.Object(
  { events: Type.Array(Type.Union([NewAttackSchema, ShiftSchema, SaleSchema]), { maxItems: 50 }) },
  { ...strict, description: 'What changes in a simulated market, and when' },
)
export type Scenario = Static<typeof ScenarioSchema>
export type DriftEvent = Scenario['events'][number]

const schema = Compile(ScenarioSchema)
const EVENT_SCHEMAS = {
  new_attack: Compile(NewAttackSchema),
  shift: Compile(ShiftSchema),
  sale: Compile(SaleSchema),
} as const

/** The scenario in which nothing changes: what benchmarks measure on. */
export const NO_DRIFT: Scenario = { events: [] }

/**
 * What goes wrong for a model in one day: an attack that it never saw, a ring that buys aged accounts, goes through
 * homes and takes its time, and a sale on which honest people hurry as thieves do.
 */
export function driftOn(fromDay: number): Scenario {
  return {
    events: [
      { day: fromDay, what: 'new_attack', attack: 'account_takeover' },
      {
        ...{ day: fromDay, what: 'shift', attack: 'device_ring' },
        style: { agedAccounts: 0.8, freshAddresses: 0.8, calm: 0.4 },
      },
      { day: fromDay, what: 'sale', days: 5, factor: 2 },
    ],
  }
}

/** Reads a scenario file. @throws {AtalayaError} `scenario_invalid` naming file and fault */
export function readScenario(path: string): Scenario {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), { cause })
  }
  if (schema.Check(value)) return value
  throw invalid(path, faultOf(value))
}

/** A union's own errors name every branch, so the event that is wrong is held against the kind that it says it is. */
function faultOf(value: unknown): string {
  const events = (value as { events?: unknown } | null)?.events
  if (!Array.isArray(events)) return 'it has no list of events'
  for (const [index, event] of events.entries()) {
    const what: unknown = event?.what
    if (what !== 'new_attack' && what !== 'shift' && what !== 'sale')
      return `event ${index + 1}: what must be new_attack, shift or sale`
    const [fault] = EVENT_SCHEMAS[what].Errors(event)
    if (fault) return `event ${index + 1}: ${`${fault.instancePath.slice(1)} ${fault.message}`.trim()}`
  }
  const [fault] = schema.Errors(value)
  return fault ? `${fault.instancePath} ${fault.message}`.trim() : 'it is no scenario'
}

const invalid = (path: string, fault: string, options?: { cause: unknown }) =>
  new AtalayaError(
    'scenario_invalid',
    `scenario ${path} cannot be used: ${fault}`,
    'See "Drift and new attacks" in docs/simulator.md for what a scenario may say',
    options,
  )
