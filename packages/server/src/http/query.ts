import type { Static, TProperties, TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'
import type { RequestParts } from './exchange.ts'
import { Problem } from './problem.ts'

/**
 * The query as a value of a schema, which is an object of texts and numbers.
 *
 * @param numbers parameters that are numbers
 * @throws {Problem} `invalid_request` naming the parameter
 */
export function queryOf<S extends TSchema>(
  { query }: RequestParts,
  schema: Validator<TProperties, S>,
  numbers: readonly string[],
): Static<S> {
  const values = new Map<string, unknown>()
  for (const [name, text] of query) {
    if (values.has(name))
      throw new Problem('invalid_request', { detail: 'this parameter is given twice', pointer: `/${name}` })
    values.set(name, numbers.includes(name) && /^\d+$/.test(text) ? Number(text) : text)
  }
  const asked: unknown = Object.fromEntries(values)
  if (schema.Check(asked)) return asked as Static<S>
  const fault = schema.Errors(asked)[0]
  throw new Problem('invalid_request', {
    detail: fault?.keyword === 'boolean' ? 'this parameter is not known here' : (fault?.message ?? ''),
    pointer: fault?.instancePath ?? '',
  })
}
