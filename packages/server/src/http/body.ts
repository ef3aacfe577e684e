import type { IncomingMessage } from 'node:http'
import type { Static, TProperties, TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'
import type { RequestParts } from './exchange.ts'
import { jsonFaultOffset } from './json-fault.ts'
import { Problem } from './problem.ts'

/** The largest body that is read: an order of 200 items with a token stays well below. */
export const MAX_BODY_BYTES = 65_536

const TOO_LARGE = { detail: `at most ${MAX_BODY_BYTES} bytes are read`, headers: { connection: 'close' } }

/**
 * Reads a body whole, or refuses it as soon as it is known to be too large.
 *
 * @throws {Problem} `body_too_large`
 */
export function readBody(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      reject(new Problem('body_too_large', TOO_LARGE))
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) chunks.push(chunk)
      else {
        request.off('data', take)
        // Read on and forget: a caller whose connection is cut while it writes never sees the answer.
        request.resume()
        reject(new Problem('body_too_large', TOO_LARGE))
      }
    }
    // A caller that goes away ends the request without an error event when nothing was being read.
    const lose = () => reject(new ConnectionLost())
    request.on('data', take)
    request.once('error', reject)
    request.once('close', lose)
    request.once('end', () => {
      request.off('close', lose)
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks, size))
    })
  })
}

/** The caller went away before its request was whole: there is nobody to answer. */
export class ConnectionLost extends Error {}

/**
 * The body as a value of a schema. Handlers get their input from here and nowhere else.
 *
 * @throws {Problem} `media_type_unsupported`, `malformed_json` with the position, `invalid_request` with the pointer
 */
export function jsonBody<S extends TSchema>(
  request: RequestParts,
  schema: Validator<TProperties, S>,
): Static<S> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw new Problem('media_type_unsupported')
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Problem('media_type_unsupported', { detail: 'encoded bodies are not read' })
  }
  const value = parse(request.body)
  if (schema.Check(value)) return value as Static<S>
  throw new Problem('invalid_request', fieldFault(schema.Errors(value)))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parse(body: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    throw new Problem('malformed_json', { detail: 'the body is not UTF-8' })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const position = jsonFaultOffset(text) ?? 0
    const detail =
      position >= text.length ? 'the body ends too early' : `unexpected text at character ${position}`
    throw new Problem('malformed_json', { detail, position })
  }
  if (SURROGATE_ESCAPE.test(text) && !isWellFormed(value))
    throw new Problem('malformed_json', { detail: 'a text has half of a surrogate pair' })
  return value
}

/** Text in UTF-8 can have half a surrogate pair only by its escape. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/
const LONE_SURROGATE = /\p{Surrogate}/u

/** Whether all texts are text (RFC 7493, section 2.1): halves of pairs all become the same bytes, of one pseudonym. */
function isWellFormed(value: unknown): boolean {
  const open = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string' && LONE_SURROGATE.test(one)) return false
    if (typeof one !== 'object' || one === null) continue
    for (const [name, inner] of Object.entries(one)) open.push(name, inner)
  }
  return true
}

type Fault = ReturnType<Validator['Errors']>[number]

/**
 * The fault to tell of the many a validator lists: an unknown field first, since it explains others; of a choice, the
 * choice itself and not each alternative.
 */
function fieldFault(faults: readonly Fault[]): { readonly detail: string; readonly pointer: string } {
  const choice = faults.find(fault => fault.keyword === 'anyOf')
  const fault =
    faults.find(one => one.keyword === 'boolean') ?? faults.find(one => one.keyword !== 'const') ?? choice
  if (!fault) return { detail: 'the body does not fit the schema', pointer: '' }
  if (fault.keyword === 'boolean')
    return { detail: 'this field is not known here', pointer: fault.instancePath }
  if (fault.keyword === 'required') {
    const missing = (fault.params as { readonly requiredProperties?: readonly string[] })
      .requiredProperties?.[0]
    return { detail: 'this field is required', pointer: `${fault.instancePath}/${missing ?? ''}` }
  }
  return {
    detail: choice?.instancePath === fault.instancePath ? choiceText(faults, choice) : fault.message,
    pointer: fault.instancePath,
  }
}

function choiceText(faults: readonly Fault[], choice: Fault): string {
  const values = faults
    .filter(fault => fault.keyword === 'const' && fault.instancePath === choice.instancePath)
    .map(fault => JSON.stringify((fault.params as { readonly allowedValue?: unknown }).allowedValue))
  return values.length > 0 ? `must be one of ${values.join(', ')}` : choice.message
}
