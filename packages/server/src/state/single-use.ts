import type { UsedToken } from '../store/index.ts'

/**
 * Which nonces and token ids are used up. Reserving is synchronous, so that of two parallel requests with one token
 * only one gets it; the store makes the reservation durable together with the decision.
 */
export class SingleUseRegister {
  readonly #nonces = new Map<string, number>()
  readonly #jtis = new Map<string, number>()

  /** @param used what the store remembers of before the start */
  constructor(used: Iterable<UsedToken>) {
    for (const token of used) this.#add(token)
  }

  /** @returns false when the nonce or the token id was used before */
  reserve(token: UsedToken): boolean {
    if (this.#nonces.has(token.nonceId) || this.#jtis.has(token.jti)) return false
    this.#add(token)
    return true
  }

  /** Takes a reservation back whose decision could not be stored: the merchant may ask again. */
  release(token: UsedToken): void {
    this.#nonces.delete(token.nonceId)
    this.#jtis.delete(token.jti)
  }

  /** Forgets what is past its time: such a nonce is refused as expired. */
  purge(nowMs: number): void {
    for (const uses of [this.#nonces, this.#jtis]) {
      for (const [id, expiresAtMs] of uses) if (expiresAtMs < nowMs) uses.delete(id)
    }
  }

  get size(): number {
    return this.#nonces.size
  }

  #add({ nonceId, jti, expiresAtMs }: UsedToken): void {
    this.#nonces.set(nonceId, expiresAtMs)
    this.#jtis.set(jti, expiresAtMs)
  }
}
