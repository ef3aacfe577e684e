import { hash } from 'node:crypto'
import type { OrderReference } from '@atalaya/client/contract'

/**
 * The contract's `orderBinding`, without its wait: WebCrypto's digest costs a turn of the thread pool, twenty times
 * the hash. A test holds the two together.
 */
export function orderBindingNow({ id, amountMinor, currency }: OrderReference): string {
  return hash('sha256', `atalaya-order-1\n${JSON.stringify(id)}\n${amountMinor}\n${currency}`, 'base64url')
}
