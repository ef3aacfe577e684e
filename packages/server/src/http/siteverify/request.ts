import { isIP } from 'node:net'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { jsonBody } from '../body.ts'
import type { RequestParts } from '../exchange.ts'
import { Problem } from '../problem.ts'

const text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ maxLength, description }))

/** The fields that code written for reCAPTCHA or Turnstile sends, as a form or as JSON. */
export const SiteverifyRequestSchema = Type.Object({
  secret: text(256, "The site's secret key, sk_..."),
  response: text(16_384, 'The behaviour token of the page'),
  remoteip: text(45, "IP address of the shopper's connection; checked to be one, and used for nothing"),
  idempotency_key: text(255, 'The same key and response give the same answer for 24 hours'),
})
export type SiteverifyRequest = Static<typeof SiteverifyRequestSchema>

const schema = Compile(SiteverifyRequestSchema)
const FORM = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * Reads a form or JSON; fields that are not known are left alone, as the services do whose code this serves.
 *
 * @throws {Problem} `media_type_unsupported`, `malformed_json`, `invalid_request`
 */
export function siteverifyRequest(request: RequestParts): SiteverifyRequest {
  const asked = FORM.test(request.headers['content-type'] ?? '') ? form(request) : jsonBody(request, schema)
  if (asked.remoteip && isIP(asked.remoteip) === 0)
    throw new Problem('invalid_request', {
      detail: 'this is not an IPv4 or IPv6 address',
      pointer: '/remoteip',
    })
  return asked
}

function form({ body }: RequestParts): SiteverifyRequest {
  const fields = new URLSearchParams(Buffer.from(body).toString())
  for (const name of new Set(fields.keys()))
    if (fields.getAll(name).length > 1)
      throw new Problem('invalid_request', { detail: 'this field is given twice', pointer: `/${name}` })
  const asked = Object.fromEntries(fields)
  if (schema.Check(asked)) return asked
  const fault = schema.Errors(asked)[0]
  throw new Problem('invalid_request', {
    detail: fault?.message ?? 'a field is wrong',
    pointer: fault?.instancePath ?? '',
  })
}
