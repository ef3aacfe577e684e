import { existsSync, readFileSync } from 'node:fs'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { COLUMNS } from '../../features/index.ts'
import { foreignFault } from './faults.ts'
import type { ForeignModel } from './foreign-model.ts'

/** Names in the order of the model, or the model's own names with ours; an order too, where the model has no names. */
const ColumnsFile = Compile(
  Type.Union([
    Type.Array(Type.String(), { minItems: 1 }),
    Type.Record(Type.String(), Type.String(), { minProperties: 1 }),
  ]),
)

/** What a file says of a model's columns. */
export interface ColumnNames {
  /** In the order of the file. */
  readonly names: readonly string[]
  /** Our name of each of theirs. */
  readonly ours: ReadonlyMap<string, string>
}

/** @throws TrainingError `foreign_model` naming the fault of the file */
export function readColumnNames(path: string): ColumnNames {
  const mend =
    'Give a JSON list of column names in the order of the model, or an object {"their name": "our column"}.'
  if (!existsSync(path)) throw foreignFault(`features file ${path} does not exist`, 'Check the path.')
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw foreignFault(`features file ${path} is not JSON`, mend, cause)
  }
  if (!ColumnsFile.Check(value)) throw foreignFault(`features file ${path} names no columns`, mend)
  const entries = Array.isArray(value) ? value.map(name => [name, name] as const) : Object.entries(value)
  return { names: entries.map(([name]) => name), ours: new Map(entries) }
}

/**
 * Our columns in the order of a model's.
 *
 * @param given what a file says; null leaves it to the model's own names
 * @throws TrainingError `foreign_model` naming the columns that this build does not compute
 */
export function columnsOf(model: Pick<ForeignModel, 'names' | 'width'>, given: ColumnNames | null): string[] {
  const theirs = model.names ?? given?.names
  if (theirs === undefined)
    throw foreignFault(
      `the model does not name its ${model.width} columns`,
      'Name them in their order by --features FILE.',
    )
  if (theirs.length !== model.width)
    throw foreignFault(
      `${theirs.length} columns are named and the model has ${model.width}`,
      'Name each column of the model, in its order.',
    )
  const columns = theirs.map(name => given?.ours.get(name) ?? name)
  const unknown = columns.filter(column => !COLUMNS.includes(column))
  if (unknown.length > 0)
    throw foreignFault(
      `the model needs columns that this build does not compute: ${unknown.join(', ')}`,
      'Train it on what `atalaya export features` writes, or rename its columns by --features FILE.',
    )
  const twice = columns.find((column, place) => columns.indexOf(column) !== place)
  if (twice !== undefined) throw foreignFault(`column ${twice} is named twice`, 'Name each column once.')
  return columns
}

/** Where a model's own name differs from ours. */
export function renamedColumns(
  model: Pick<ForeignModel, 'names'>,
  given: ColumnNames | null,
  columns: readonly string[],
): Record<string, string> {
  const theirs = model.names ?? given?.names ?? columns
  return Object.fromEntries(
    theirs.flatMap((name, place) => (name === columns[place] ? [] : [[name, columns[place] ?? name]])),
  )
}
