import type { KeyHolder, Site, Sites } from '../sites/index.ts'
import type { RequestParts } from './exchange.ts'
import { Problem } from './problem.ts'

const CHALLENGE = { 'www-authenticate': 'Bearer realm="atalaya"' }

/**
 * Whose secret key a request carries as `Authorization: Bearer sk_...`.
 *
 * @throws {Problem} `secret_key_missing`, `secret_key_wrong`
 */
export function keyHolder(sites: Sites, { headers }: RequestParts): KeyHolder {
  const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (key === undefined) throw new Problem('secret_key_missing', { headers: CHALLENGE })
  const holder = sites.bySecretKey(key, Date.now())
  if (!holder) throw new Problem('secret_key_wrong', { headers: CHALLENGE })
  return holder
}

/**
 * The site whose live secret key a request carries.
 *
 * @throws {Problem} `secret_key_missing`, `secret_key_wrong`, `test_key_refused`
 */
export function authenticate(sites: Sites, request: RequestParts): Site {
  const { site, mode } = keyHolder(sites, request)
  if (mode === 'test') throw new Problem('test_key_refused')
  return site
}
