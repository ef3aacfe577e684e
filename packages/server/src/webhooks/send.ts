import { lookup as lookupAll } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './address.ts'

/** What became of one attempt. */
export interface Attempt {
  /** Of the answer; null when there was none. */
  readonly status: number | null
  /** Short machine-readable cause of a failure; null for a 2xx. */
  readonly error: string | null
}

export interface SendOptions {
  /** Whether addresses of private networks may be sent to. */
  readonly allowPrivate: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const REFUSED = 'ERR_ATALAYA_PRIVATE_ADDRESS'

/**
 * Posts one message. Redirects are failures, the answer's body is not read. The address that the name stands for is
 * looked at while the connection is made, so a name cannot be public when asked for and private when connected to.
 */
export function send(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  { allowPrivate, timeoutMs, signal }: SendOptions,
): Promise<Attempt> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowPrivate) {
    if (url.protocol !== 'https:') return Promise.resolve(failed('not_https'))
    if (isIP(host) !== 0 && !isPublicAddress(host)) return Promise.resolve(failed('private_address'))
  }
  const open = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise(resolve => {
    const request = open(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        // One connection a message: nothing of a former look-up is used again.
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(allowPrivate ? {} : { lookup: publicLookup }),
      },
      response => {
        const status = response.statusCode ?? 0
        response.destroy()
        resolve({ status, error: status >= 200 && status < 300 ? null : `status_${status}` })
      },
    )
    request.on('error', error => resolve(failed(causeOf(error, signal))))
    request.end(body)
  })
}

const failed = (error: string): Attempt => ({ status: null, error })

function causeOf(error: Error, signal: AbortSignal): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  if (code === REFUSED) return 'private_address'
  if (code === 'ABORT_ERR' || code === 'AbortError') return signal.aborted ? 'interrupted' : 'timeout'
  return code.toLowerCase()
}

/** Looks a name up and refuses it when any of its addresses is not public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookupAll(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = addresses?.some(({ address }) => !isPublicAddress(address))
    const fault = error ?? (refused ? Object.assign(new Error('private address'), { code: REFUSED }) : null)
    if (fault || addresses === undefined) callback(fault, options.all ? [] : '', 0)
    else if (options.all) callback(null, addresses)
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
  })
}
