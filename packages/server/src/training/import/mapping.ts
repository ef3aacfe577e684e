import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { TrainingError } from '../errors.ts'
import { FIELDS, fieldOf } from './fields.ts'

const strict = { additionalProperties: false } as const
const column = (description: string) => Type.String({ minLength: 1, description })
const time = {
  format: Type.Optional(
    Type.String({
      description: '"iso" (default), "epoch_s", "epoch_ms", or a strptime pattern such as "%d/%m/%Y %H:%M"',
    }),
  ),
  zone: Type.Optional(Type.String({ description: 'IANA zone of times that name none; default UTC' })),
}

/** A column with what has to be done to its text. */
export const ColumnSchema = Type.Object(
  {
    column: column('Name in the header'),
    unit: Type.Optional(
      Type.Union([Type.Literal('major'), Type.Literal('minor'), Type.Literal('ipv4_number')], {
        description:
          'Of money: "major", decimal amounts (default), or "minor" units. Of an IP address: "ipv4_number", IPv4 as one number',
      }),
    ),
    decimalComma: Type.Optional(Type.Boolean({ description: '1.234,56 instead of 1,234.56' })),
    scale: Type.Optional(Type.Number({ description: 'Numbers are multiplied with it' })),
    values: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Replacements for whole values, before anything else',
      }),
    ),
    ...time,
  },
  strict,
)
export type MappedColumn = Static<typeof ColumnSchema>

/** Fields that hold an IP address. */
const IP_FIELDS: ReadonlySet<string> = new Set(['remoteIp', 'transaction.ip'])

export const MAPPING_FORMAT = 'atalaya-mapping/1'

/** How the columns of somebody's file become records. */
export const MappingSchema = Type.Object(
  {
    format: Type.Literal(MAPPING_FORMAT),
    description: Type.Optional(Type.String()),
    site: Type.Optional(
      Type.Object(
        {
          timeZone: Type.Optional(Type.String({ minLength: 1 })),
          currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
          country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
        },
        strict,
      ),
    ),
    columns: Type.Record(Type.String(), Type.Union([column('Name in the header'), ColumnSchema]), {
      description: 'Field of the record -> column of the file',
    }),
    constants: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Field of the record -> value of every row',
      }),
    ),
    label: Type.Object(
      {
        column: column('Name in the header'),
        fraud: Type.Array(Type.String(), { minItems: 1, description: 'Values that mean fraud' }),
        genuine: Type.Array(Type.String(), { minItems: 1, description: 'Values that mean genuine' }),
        source: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
        delayDays: Type.Optional(
          Type.Number({ minimum: 0, description: 'Days until a label is known, if no column says when' }),
        ),
        observedAt: Type.Optional(Type.Object({ column: column('When it became known'), ...time }, strict)),
      },
      strict,
    ),
    never: Type.Optional(
      Type.Array(Type.String(), { description: 'Columns that must not be mapped: answer keys and the like' }),
    ),
  },
  strict,
)
export type Mapping = Static<typeof MappingSchema>

const compiled = Compile(MappingSchema)

/**
 * Reads a mapping file.
 *
 * @throws TrainingError `data_unreadable`, or `mapping_invalid` naming the fault
 */
export function readMapping(file: string): Mapping {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TrainingError('data_unreadable', `mapping file ${file} cannot be read`, 'Check the path.', {
      cause,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(file, `is not JSON: ${cause instanceof Error ? cause.message : ''}`)
  }
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value)
    throw invalid(file, `does not fit at ${fault?.instancePath || '/'}: ${fault?.message ?? ''}`)
  }
  const fault = mappingFault(value)
  if (fault) throw invalid(file, fault)
  return value
}

function invalid(file: string, what: string): TrainingError {
  return new TrainingError(
    'mapping_invalid',
    `mapping file ${file} ${what}`,
    'docs/import-data.md describes the format; examples/mappings has examples.',
  )
}

/** What is wrong with a mapping that fits the schema, or `undefined`. */
export function mappingFault({ columns, constants = {}, label, never = [] }: Mapping): string | undefined {
  const unknown = [...Object.keys(columns), ...Object.keys(constants)].find(path => !fieldOf(path))
  if (unknown !== undefined)
    return `names the field "${unknown}", which a record does not have. Fields: ${[...FIELDS.keys()].join(', ')}, transaction.metadata.<key>`
  const numbered = Object.entries(columns).find(
    ([path, mapped]) => typeof mapped !== 'string' && mapped.unit === 'ipv4_number' && !IP_FIELDS.has(path),
  )
  if (numbered) return `gives ${numbered[0]} the unit "ipv4_number", which is for IP addresses`
  const used = [...Object.values(columns).map(columnName), label.column, label.observedAt?.column]
  const forbidden = never.find(name => used.includes(name))
  if (forbidden !== undefined) return `maps the column "${forbidden}", which it lists under "never"`
  const labelled = Object.entries(columns).find(([, mapped]) => columnName(mapped) === label.column)
  if (labelled) return `maps the label's column "${label.column}" to ${labelled[0]} as well`
  return undefined
}

/** The name of a mapped column in the file's header. */
export function columnName(mapped: string | MappedColumn): string {
  return typeof mapped === 'string' ? mapped : mapped.column
}
