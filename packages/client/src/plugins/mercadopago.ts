import { base64Url } from '../contract/order.ts'
import { quietly } from '../page/scope.ts'

/** The plug-in for shops that pay with Mercado Pago and load its `security.js`. */
export interface MercadoPagoOptions {
  /** Name of the global that `security.js` was told to fill (`output="…"`), when it is not its own. */
  readonly output?: string
  /** Gets the device id, for the header `X-meli-session-id`; before the token that is bound to it. */
  readonly onDeviceId?: (deviceId: string) => void
}

/** Waits for Mercado Pago's device id and gives its SHA-256 as base64url; `null` when none came in time. */
export type ReadMercadoPago = (options: MercadoPagoOptions, withinMs: number) => Promise<string | null>

const POLL_MS = 50
/** What is no device id: nothing, a page's own mistakes in text, a page's novel. */
const ID = /^(?!undefined$|null$)[\x21-\x7e]{1,256}$/

/**
 * `security.js` says when it is ready to nobody: it fills a global and, if the page has one, the field `#deviceId`.
 * So both are looked at until one holds an id. `security.js` itself is the shop's to load.
 */
export const readMercadoPago: ReadMercadoPago = async (options, withinMs) => {
  const untilMs = performance.now() + withinMs
  let id = deviceId(options.output)
  while (id === undefined && performance.now() < untilMs) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
    id = deviceId(options.output)
  }
  if (id === undefined) return null
  const found = id
  quietly(() => {
    for (const field of document.querySelectorAll('input[data-atalaya-mercadopago]')) {
      field.setAttribute('value', found)
    }
    options.onDeviceId?.(found)
  })
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(found))
  return base64Url(new Uint8Array(digest))
}

/** The id, if it is there; an `output` may be a path such as VTEX's `vtex.deviceFingerprint`. */
function deviceId(output = 'MP_DEVICE_SESSION_ID'): string | undefined {
  let found: unknown
  quietly(() => {
    found = output
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], window)
  })
  const field = document.getElementById('deviceId')
  if (!found && field instanceof HTMLInputElement) found = field.value
  return typeof found === 'string' && ID.test(found) ? found : undefined
}
