import fc from 'fast-check'

/** The part of JSON Schema that the service's description uses. */
export interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** Long lists and texts find nothing that short ones do not, and each is sent. */
const MAX_LIST = 4
const MAX_TEXT = 40

/** Values that a schema takes. @throws {TypeError} for a schema with words this does not know */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesOf))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema
  switch (schema.type) {
    case 'object':
      return objectsOf(schema)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        maxLength: Math.min(MAX_LIST, schema.maxItems ?? MAX_LIST),
      })
    case 'string':
      return textsOf(schema)
    case 'integer':
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum))
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case undefined:
      return fc.jsonValue()
    default:
      throw new TypeError(`values of the type ${schema.type} cannot be made`)
  }
}

function textsOf({ pattern, minLength = 0, maxLength = MAX_TEXT }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern))
      .filter(text => text.length >= minLength && text.length <= maxLength)
  const length = { minLength, maxLength: Math.min(maxLength, Math.max(MAX_TEXT, minLength)) }
  return fc
    .oneof(fc.string(length), fc.string({ ...length, unit: 'binary' }))
    .filter(text => text.length >= minLength && text.length <= maxLength)
}

function objectsOf({ properties = {}, required = [], patternProperties }: JsonSchema): fc.Arbitrary<object> {
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, valuesOf(inner)])),
    { requiredKeys: [...required] },
  )
  const [patterned] = Object.entries(patternProperties ?? {})
  if (!patterned) return named
  const [pattern, inner] = patterned
  return fc.dictionary(fc.stringMatching(new RegExp(pattern)), valuesOf(inner), { maxKeys: MAX_LIST })
}

/** A value that is changed at one place: something else stands there, or nothing, or a member more. */
export function spoilt(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const other = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      '',
      ' ',
      '\u0000',
      -1,
      0.5,
      1e300,
      [],
      {},
      null,
      true,
      '__proto__',
      'é'.repeat(600),
    ),
  )
  return fc
    .tuple(values, fc.nat(), other, fc.constantFrom('put', 'drop', 'add'))
    .map(([value, at, put, how]) => {
      const copy: unknown = structuredClone(value)
      const places = placesOf(copy)
      const place = places[at % Math.max(1, places.length)]
      if (!place) return put
      if (how === 'drop' && !Array.isArray(place.holder)) Reflect.deleteProperty(place.holder, place.name)
      else
        Reflect.set(
          place.holder,
          how === 'add' && !Array.isArray(place.holder) ? 'unknownMember' : place.name,
          put,
        )
      return copy
    })
}

interface Place {
  readonly holder: object
  readonly name: string
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [{ holder: value, name }, ...placesOf(inner)])
}
