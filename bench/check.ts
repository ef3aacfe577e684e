/** Reads the output of `npm run bench -- --json` from stdin and fails unless every row of the catalogue is in it. */
import { text } from 'node:stream/consumers'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { catalogue } from './catalogue.ts'

const number = Type.Union([Type.Number(), Type.Null()])
const string = Type.Union([Type.String(), Type.Null()])

const rows = Compile(
  Type.Array(
    Type.Object(
      {
        ...{ id: Type.String(), what: Type.String(), ours: number, unit: Type.String() },
        ...{ reference: number, referenceName: string, ratio: number },
        ...{ goal: Type.String(), met: Type.Boolean(), note: string },
      },
      { additionalProperties: false },
    ),
  ),
).Parse(JSON.parse(await text(process.stdin)))

const missing = catalogue.filter(({ id }) => !rows.some(row => row.id === id)).map(({ id }) => id)
const unexplained = rows.filter(row => row.ours === null && row.note === null).map(({ id }) => id)
const failed = rows.filter(row => row.note?.startsWith('failed: '))
for (const row of failed) process.stderr.write(`bench: ${row.id} ${row.note}\n`)
if (missing.length > 0) process.stderr.write(`bench: missing rows: ${missing.join(', ')}\n`)
if (unexplained.length > 0)
  process.stderr.write(`bench: no figure and no reason: ${unexplained.join(', ')}\n`)
if (missing.length + unexplained.length + failed.length > 0) process.exitCode = 1
else console.log(`${rows.length} rows, ${rows.filter(row => row.ours !== null).length} measured`)
