import { CONSENT_FAULT, isConsentMode } from './consent.ts'
import type { ConsentMode } from './contract/claims.ts'
import { MAX_ID_LENGTH } from './contract/limits.ts'
import type { MercadoPagoOptions } from './plugins/mercadopago.ts'

/** What a shop passes to `Atalaya.load`. */
export interface LoadOptions {
  /** Publishable key of the site. */
  readonly siteKey: string
  /** Base URL of the Atalaya service, absolute or relative to the page. */
  readonly endpoint: string
  /** What the shopper agreed to; `essential` when left out. */
  readonly consent?: ConsentMode
  /** Where the page's own origin serves `prescore-worker.js`, if not at the service. */
  readonly workerUrl?: string
  /** Where `device.js` is served, if not at the service (script tag only). */
  readonly deviceUrl?: string
  /** Name of GA4's data layer, `dataLayer` when left out; `false` leaves it unread. */
  readonly dataLayer?: string | false
  /** Binds tokens to the device id of Mercado Pago's `security.js`, which the page loads. */
  readonly mercadopago?: MercadoPagoOptions | true
}

/** Options checked and resolved once. */
export interface ResolvedOptions {
  readonly siteKey: string
  /** Absolute, without a slash at the end. */
  readonly baseUrl: string
  readonly audience: string
  readonly consent: ConsentMode
  /** As the shop gave them: what only later parts read is checked there. */
  readonly given: LoadOptions
}

/**
 * Checks options and fills what was left out.
 *
 * @returns the options, or a sentence that names what is wrong and how to mend it
 */
export function resolveOptions(options: LoadOptions, pageUrl: string): ResolvedOptions | string {
  const { siteKey, endpoint, consent = 'essential' } = options
  if (typeof siteKey !== 'string' || !siteKey) {
    return 'wrong siteKey'
  }
  if (!isConsentMode(consent)) return CONSENT_FAULT
  try {
    const url = new URL(endpoint, pageUrl)
    if (!/^http/.test(url.protocol)) throw url
    return {
      siteKey,
      baseUrl: (url.origin + url.pathname).replace(/\/+$/, ''),
      audience: url.origin,
      consent,
      given: options,
    }
  } catch {
    return 'wrong endpoint'
  }
}

/** What a token is asked for. */
export interface TokenRequest {
  /** What the shopper is about to do, for example "checkout". */
  readonly action: string
  /** The order that the token is bound to. */
  readonly order?: { readonly id: string; readonly amountMinor: number; readonly currency: string }
}

/** What is wrong with a token request, or `undefined`. */
export function tokenRequestFault(request: TokenRequest): string | undefined {
  const { action, order } = request ?? {}
  const isId = (value: unknown) =>
    typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
  if (!isId(action)) return `action must be a string of 1 to ${MAX_ID_LENGTH} characters`
  if (!order) return undefined
  if (!isId(order.id)) return `order.id must be a string of 1 to ${MAX_ID_LENGTH} characters`
  if (!Number.isSafeInteger(order.amountMinor)) return 'order.amountMinor must be an integer of minor units'
  return /^[A-Z]{3}$/.test(order.currency) ? undefined : 'order.currency must be an ISO 4217 code, e.g. "PEN"'
}
