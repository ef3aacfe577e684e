import { createHmac } from 'node:crypto'

/** The header that carries the signatures. */
export const SIGNATURE_HEADER = 'atalaya-signature'

/**
 * Signs a message for each live secret: `t=1764000000,v1=<hex>,v1=<hex>`, where each `v1` is the HMAC-SHA256 of
 * `<t>.<body>`. The time in it lets the receiver refuse an old message that somebody sends again.
 */
export function signatureHeader(body: string, secrets: readonly string[], atMs: number): string {
  const t = Math.floor(atMs / 1000)
  const sign = (secret: string) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return [`t=${t}`, ...secrets.map(secret => `v1=${sign(secret)}`)].join(',')
}
