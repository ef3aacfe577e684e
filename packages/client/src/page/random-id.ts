import { base64Url } from '../contract/order.ts'

/** 128 random bits as 22 characters of base64url. */
export function randomId(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(16)))
}
