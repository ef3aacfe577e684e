import { isIP } from 'node:net'
import type { RequestHandler } from 'express'

/**
 * Refuses requests under a name that is not this service's. A foreign page can point a name of its own here once it is
 * loaded (DNS rebinding), and would be of one origin with whatever it reads. Addresses are no names and cannot be
 * pointed elsewhere.
 *
 * @param origins under which people reach this service, besides `localhost` and addresses
 */
export function ownHostsOnly(origins: readonly string[]): RequestHandler {
  const names = new Set(['localhost', ...origins.map(origin => new URL(origin).hostname)])
  return (request, response, next) => {
    const name = hostnameOf(request.headers.host ?? '')
    if (names.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return next()
    response.status(421).type('application/problem+json').json({
      type: 'urn:atalaya:problem:host_unknown',
      title: 'This name is not one of the service',
      status: 421,
      code: 'host_unknown',
      mend: 'Use localhost or the address, or add the origin to ATALAYA_PUBLIC_ORIGINS.',
    })
  }
}

/** A host as it is compared: without its port, in small letters. */
function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
}
