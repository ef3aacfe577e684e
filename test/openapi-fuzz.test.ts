import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Compile } from 'typebox/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApiDocument } from '../packages/server/src/http/openapi.ts'
import { openSites, prepareDataFolder } from '../packages/server/src/sites/index.ts'
import { type JsonSchema, spoilt, valuesOf } from './support/schema-values.ts'
import { type ServiceProcess, startServiceProcess } from './support/service-process.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150)
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124)
const ORIGIN = 'https://shop.example'

interface Content {
  readonly [type: string]: { readonly schema: JsonSchema }
}
interface Described {
  readonly security?: unknown
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
interface Operation extends Described {
  readonly method: string
  readonly path: string
}

/** A request that may be right in every part, or wrong in any. */
interface Call {
  readonly key: string
  readonly origin: string
  readonly type: string
  readonly idempotencyKey: string | null
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  /** Whether references name what there is. */
  readonly isKnown: boolean
}

const document = openApiDocument('0') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}
const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({
    ...described,
    method: method.toUpperCase(),
    path,
  })),
)

/** What the schema of a body cannot say, by the fields that its faults name. */
const BEYOND_SCHEMA = new Set(['/remoteIp', '/remoteip', '/transaction/ip', '/decisionId'])

const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-fuzz-'))
let service: ServiceProcess
let keys: Readonly<Record<string, string>>
let siteKey = ''
let known: { readonly id: string; readonly orderId: string }

beforeAll(async () => {
  prepareDataFolder(dataDir)
  const terms = { currency: 'PEN', timeZone: 'America/Lima', country: 'PE' }
  const made = openSites(dataDir).add({ name: 'Shop', origins: [ORIGIN], ...terms })
  keys = {
    good: made.secretKey,
    test: made.testSecretKey,
    public: made.site.publishableKey,
    wrong: 'sk_wrong',
  }
  siteKey = made.site.publishableKey
  service = await startServiceProcess(dataDir, { ATALAYA_LOG_LEVEL: 'error' })
  const answer = await fetch(`${service.url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys['good']}` },
    body: '{"transaction":{"id":"order-known","amountMinor":100,"currency":"PEN","account":{"id":"a"}}}',
  })
  known = { id: (await answer.json()).id, orderId: 'order-known' }
})
afterAll(async () => {
  await service?.end()
  rmSync(dataDir, { recursive: true })
})

const often = <T>(right: T, ...wrong: readonly T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 4, arbitrary: fc.constantFrom(...wrong) })

function callsOf({ path, parameters = [], requestBody }: Operation): fc.Arbitrary<Call> {
  const [json] = Object.values(requestBody?.content ?? {})
  const values = json && valuesOf(json.schema)
  const inQuery = parameters.filter(parameter => parameter.in === 'query')
  const segment = fc.oneof(
    fc.constant('known'),
    fc.string().map(encodeURIComponent),
    fc.constantFrom('.', '..', '%'),
  )
  return fc.record({
    key: often('good', 'test', 'public', 'wrong', 'none'),
    origin: often(ORIGIN, 'https://evil.example', 'null', ''),
    type: often(
      'application/json',
      'text/plain',
      'application/json; charset=latin1',
      '',
      'application/x-www-form-urlencoded',
    ),
    idempotencyKey: fc.option(
      fc.oneof(fc.stringMatching(/^[\x21-\x7e]{1,30}$/), fc.constantFrom('', 'a b', 'x'.repeat(256))),
    ),
    path: segment.map(one => path.replace(/\{\w+\}/, one)),
    query: fc.oneof(
      { weight: 3, arbitrary: queriesOf(inQuery, valuesOf) },
      queriesOf([...inQuery, { name: 'unknown', schema: {} }], () => fc.string()),
    ),
    body: values
      ? fc.oneof({ weight: 3, arbitrary: values }, { weight: 3, arbitrary: spoilt(values) }, fc.jsonValue())
      : fc.constant(undefined),
    isKnown: fc.boolean(),
  })
}

type QueryParameter = Pick<NonNullable<Described['parameters']>[number], 'name' | 'schema'>

/** Some of the parameters, each with a value. */
const queriesOf = (
  parameters: readonly QueryParameter[],
  valuesFor: (schema: JsonSchema) => fc.Arbitrary<unknown>,
) =>
  fc.record(Object.fromEntries(parameters.map(({ name, schema }) => [name, valuesFor(schema)])), {
    requiredKeys: [],
  })

async function send({ method }: Operation, call: Call) {
  const body = call.isKnown ? withKnown(call.body) : call.body
  const path = call.path.replace('known', known.id)
  const query = new URLSearchParams(Object.entries(call.query).map(([name, value]) => [name, String(value)]))
  const headers = new Headers()
  const key = keys[call.key]
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`)
  if (call.origin !== '') headers.set('origin', call.origin)
  if (call.idempotencyKey !== null) headers.set('idempotency-key', call.idempotencyKey)
  if (method === 'POST' && call.type !== '') headers.set('content-type', call.type)
  const response = await fetch(`${service.url}${path}${query.size > 0 ? `?${query}` : ''}`, {
    method,
    headers,
    ...(method === 'POST' && body !== undefined && { body: encoded(body, call.type) }),
  })
  return { response, body, text: await response.text() }
}

/** As JSON, or as a form where that is what its type says. */
function encoded(body: unknown, type: string): Buffer<ArrayBuffer> {
  const isForm = type.includes('form') && typeof body === 'object' && body !== null
  const fields = isForm
    ? Object.entries(body).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ])
    : []
  return Buffer.from(isForm ? String(new URLSearchParams(fields)) : JSON.stringify(body))
}

/** The body with its references, if it has any, to what there is. */
function withKnown(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const address = '190.232.10.4'
  const references = {
    ...{ siteKey, decisionId: known.id, orderId: known.orderId, currency: 'PEN' },
    ...{ remoteIp: address, remoteip: address, ip: address },
  }
  const told = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, withKnown(value)]))
  return { ...told, ...Object.fromEntries(Object.entries(references).filter(([name]) => name in body)) }
}

describe('every answer is one that /openapi.json declares, of its form, whatever is sent:', () => {
  test.each(OPERATIONS.map(operation => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s',
    async (_name, operation) => {
      const seen = new Set<number>()
      await fc.assert(
        fc.asyncProperty(callsOf(operation), async call => {
          const { response, text } = await send(operation, call)
          seen.add(response.status)
          const declared = operation.responses[response.status]
          expect(declared, `${response.status} is not declared: ${text}`).toBeDefined()
          const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
          const schema = declared?.content?.[type]?.schema
          expect(schema, `${type} is not declared for ${response.status}`).toBeDefined()
          if (!schema || !type.endsWith('json')) return
          const [fits, faults] = Compile(schema as object).Errors(JSON.parse(text))
          expect(fits, `${JSON.stringify(faults)}: ${text}`).toBe(true)
        }),
        { numRuns: RUNS, seed: SEED },
      )
      expect(seen).toContain(operation.path.endsWith('/replay') ? 404 : 200)
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
    },
  )
})

describe('a body is taken exactly when its schema in /openapi.json takes it:', () => {
  const withBody = OPERATIONS.flatMap(operation => {
    const schema = operation.requestBody?.content['application/json']?.schema
    return schema ? [[`${operation.method} ${operation.path}`, operation, schema] as const] : []
  })
  test.each(withBody)('%s', async (_name, operation, schema) => {
    const check = Compile(schema as object)
    const right = { key: 'good', origin: ORIGIN, type: 'application/json', idempotencyKey: null, query: {} }
    await fc.assert(
      fc.asyncProperty(callsOf(operation), async call => {
        const { response, text, body } = await send(operation, { ...call, ...right })
        const { code, pointer } = JSON.parse(text)
        const fits = check.Check(body)
        const isBeyond = fits && BEYOND_SCHEMA.has(pointer)
        expect(code === 'invalid_request' && !isBeyond, `${response.status}: ${text}`).toBe(!fits)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })
})

test('an address or method that is not described is refused, and the service goes on', async () => {
  const paths = fc.oneof(
    fc.webPath(),
    fc.constantFrom(...OPERATIONS.map(({ path }) => path), '/console', '/docs', '/v1', '/v1/verify/'),
  )
  const isDescribed = (method: string, path: string) =>
    OPERATIONS.some(
      one => one.method === method && new RegExp(`^${one.path.replace(/\{\w+\}/, '[^/]+')}$`).test(path),
    )
  await fc.assert(
    fc.asyncProperty(
      paths,
      fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
      async (path, method) => {
        fc.pre(!isDescribed(method, path) && !path.startsWith('/openapi.json') && !path.startsWith('/sdk'))
        const { status } = await fetch(`${service.url}${path}`, { method })
        expect(method === 'OPTIONS' && path === '/v1/challenge' ? [403] : [404, 405]).toContain(status)
      },
    ),
    { numRuns: RUNS, seed: SEED },
  )
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
})
