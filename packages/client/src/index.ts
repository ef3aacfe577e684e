import { type Agent, createAgent, inertAgent } from './agent.ts'
import type { LazyFiles, LazyParts } from './files.ts'
import { type LoadOptions, resolveOptions } from './options.ts'
import { scriptUrl } from './page/trusted.ts'

export type { Agent } from './agent.ts'
export type { ConsentMode } from './contract/claims.ts'
export type { LoadOptions, TokenRequest } from './options.ts'
export type { MercadoPagoOptions } from './plugins/mercadopago.ts'
export type { ShopEvent, ShopEventData } from './shop/track.ts'
export { VERSION } from './version.ts'

/**
 * Begins to observe the shopping session and gives the agent that makes tokens. Never throws: where there is no page
 * (server rendering) or the options are wrong, the agent does nothing and its tokens are ''.
 *
 * @example
 * const atalaya = load({ siteKey: 'pk_live_x', endpoint: 'https://fraud.example.com', consent: 'full' })
 * const token = await atalaya.token({ action: 'checkout', order: { id: '42', amountMinor: 12990, currency: 'PEN' } })
 */
export function load(options: LoadOptions): Agent {
  if (typeof document === 'undefined') return inertAgent()
  const resolved = resolveOptions(options, location.href)
  if (typeof resolved === 'string') {
    console.warn(`Atalaya: ${resolved}`)
    return inertAgent()
  }
  const workerUrl = options.workerUrl
    ? new URL(options.workerUrl, location.href).href
    : // Bundlers copy a file that is named like this; it is one classic script without imports.
      new URL('./prescore-worker.js', import.meta.url).href
  const parts: { readonly [N in keyof LazyParts]: () => Promise<LazyParts[N]> } = {
    token: () => import('./token/issuer.ts').then(module => module.createIssuer),
    'prescore-worker': () => import('./prescore/scorer.ts').then(module => module.createScorer()),
    device: () => import('./device/pack.ts').then(module => module.readVisitor),
    datalayer: () => import('./shop/data-layer.ts').then(module => module.readDataLayer),
    mercadopago: () => import('./plugins/mercadopago.ts').then(module => module.readMercadoPago),
  }
  const files: LazyFiles = {
    openWorker: () => new Worker(scriptUrl(workerUrl)),
    load: name => parts[name](),
  }
  return createAgent(resolved, files)
}

/** The same under the name that the script tag gives it. */
export const Atalaya: { readonly load: typeof load } = { load }
