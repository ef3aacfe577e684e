import { AtalayaError } from '../base/errors.ts'
import type { Reply } from './exchange.ts'

/**
 * Every code the API answers a fault with: its HTTP status, title and what to do. Codes are stable; texts may
 * change. docs/errors.md lists them.
 */
export const PROBLEMS = {
  malformed_json: [400, 'The body is not JSON', 'Send one JSON object in UTF-8.'],
  invalid_request: [400, 'A field is missing or wrong', 'Mend the field that the pointer names.'],
  idempotency_key_invalid: [400, 'The idempotency key is invalid', 'Send 1 to 255 visible ASCII characters.'],
  secret_key_missing: [401, 'No secret key', 'Send Authorization: Bearer sk_...'],
  secret_key_wrong: [401, 'Unknown secret key', 'Check the key; a publishable key (pk_...) does not do.'],
  site_key_unknown: [
    403,
    'Unknown site key',
    "Check the publishable key (pk_...) in the page's SDK options.",
  ],
  test_key_refused: [
    403,
    'A test key reads and tells nothing',
    'Decisions of test keys are not kept; use the live secret key here.',
  ],
  origin_missing: [403, 'No origin', 'Call this from a page: browsers send the Origin header by themselves.'],
  origin_not_allowed: [403, "The origin is not one of the site's", "Add the page's origin to the site."],
  route_unknown: [404, 'There is no such address', 'See /openapi.json for the addresses there are.'],
  decision_unknown: [404, 'There is no such decision', 'Check the id; a site reads its own decisions only.'],
  order_unknown: [
    404,
    'There is no decision on such an order',
    'Ask /v1/verify first, and tell what became of the order after its answer.',
  ],
  delivery_unknown: [404, 'There is no such message', 'See GET /v1/webhooks/deliveries.'],
  file_unknown: [404, 'There is no such file', 'Check the version in the address.'],
  method_not_allowed: [405, 'The address does not know this method', 'Use a method of the Allow header.'],
  idempotency_conflict: [
    409,
    'The idempotency key was used for another body',
    'Use a new key for a new request.',
  ],
  body_too_large: [413, 'The body is too large', 'Send less; the limit is in the detail.'],
  media_type_unsupported: [
    415,
    'The content type is not read here',
    'Send Content-Type: application/json, unencoded.',
  ],
  currency_without_rate: [
    422,
    'The currency has no rate',
    'Add a rate to the site, or send its own currency.',
  ],
  test_value_refused: [
    422,
    'A test value came with a live key',
    'Send values that begin with atalaya_test_ with the test secret key (sk_test_...) only.',
  ],
  internal_error: [
    500,
    'The service failed',
    'Try again; the operator finds the cause in the log by the instance.',
  ],
  overloaded: [503, 'Too many requests at once', 'Try again after the time in Retry-After.'],
  starting: [503, 'The service is starting', 'Try again after the time in Retry-After.'],
  store_unavailable: [
    503,
    'The request could not be stored',
    'Try again; a verification with the same idempotency key.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, mend: string]>
export type ProblemCode = keyof typeof PROBLEMS

/** What a problem says beyond its code. */
export interface ProblemDetails {
  /** What is wrong in this request; holds nothing that the caller did not send. */
  readonly detail?: string
  /** JSON pointer (RFC 6901) to the field at fault. */
  readonly pointer?: string
  /** Character offset of the fault in a body that is not JSON. */
  readonly position?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A fault of a request, thrown by handlers and answered as RFC 9457 problem details. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: ProblemDetails
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? PROBLEMS[code][1])
    this.name = 'Problem'
    this.code = code
    this.details = details
  }
}

/** Makes a problem of anything thrown; what is not one of ours tells the caller nothing of its inside. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof AtalayaError) {
    if (error.code === 'currency_without_rate') {
      return new Problem('currency_without_rate', { detail: error.message, pointer: '/transaction/currency' })
    }
    // A data folder that became read-only while the service ran is a store that does not take writes.
    if (error.code.startsWith('store_') || error.code === 'data_folder_unwritable')
      return new Problem('store_unavailable', { headers: { 'retry-after': '1' } })
  }
  return new Problem('internal_error')
}

/** @param instance id of this occurrence, also in the log */
export function problemReply({ code, details }: Problem, instance: string): Reply {
  const [status, title, mend] = PROBLEMS[code]
  const { headers, ...rest } = details
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: `urn:atalaya:problem:${code}`,
      title,
      status,
      code,
      ...rest,
      mend,
      instance: `urn:atalaya:request:${instance}`,
    }),
  }
}
