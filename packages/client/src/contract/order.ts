/** What binds a token to an order: the merchant's order id and the exact amount in minor units. */
export interface OrderReference {
  readonly id: string
  readonly amountMinor: number
  readonly currency: string
}

/**
 * Hash that binds a token to an order: base64url of SHA-256 over `atalaya-order-1`, id, amount and currency, one a
 * line. The id is JSON-quoted, so no id can smuggle in another line. Works where WebCrypto is (page, worker, Node).
 */
export async function orderBinding(order: OrderReference): Promise<string> {
  const text = `atalaya-order-1\n${JSON.stringify(order.id)}\n${order.amountMinor}\n${order.currency}`
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return base64Url(new Uint8Array(digest))
}

/** RFC 4648 section 5, without padding, as JOSE uses it. */
export function base64Url(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
