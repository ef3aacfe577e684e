import type { Site, Sites } from '../sites/index.ts'
import type { RequestParts } from './exchange.ts'
import { Problem } from './problem.ts'

const CHALLENGE = { 'www-authenticate': 'Bearer realm="atalaya"' }

/**
 * The site whose secret key a request carries as `Authorization: Bearer sk_...`.
 *
 * @throws {Problem} `secret_key_missing`, `secret_key_wrong`
 */
export function authenticate(sites: Sites, { headers }: RequestParts): Site {
  const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (key === undefined) throw new Problem('secret_key_missing', { headers: CHALLENGE })
  const site = sites.bySecretKey(key)
  if (!site) throw new Problem('secret_key_wrong', { headers: CHALLENGE })
  return site
}
