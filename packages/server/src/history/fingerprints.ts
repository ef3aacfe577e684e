import { u32 } from './typed.ts'

/** More than twice the fingerprints of one list of events, so that probing stays short. */
const SLOTS = 128
const LAST_SLOT = SLOTS - 1

/** A set of at most a few dozen fingerprints that is emptied in no time, by raising the round of its entries. */
export class FingerprintSet {
  readonly #fingerprints = new Uint32Array(SLOTS)
  readonly #rounds = new Uint32Array(SLOTS)
  #round = 0
  size = 0

  clear(): void {
    this.size = 0
    this.#round = (this.#round + 1) >>> 0
    if (this.#round === 0) this.#rounds.fill(this.#round++)
  }

  add(fingerprint: number): void {
    let slot = fingerprint & LAST_SLOT
    while (u32(this.#rounds, slot) === this.#round) {
      if (u32(this.#fingerprints, slot) === fingerprint) return
      slot = (slot + 1) & LAST_SLOT
    }
    this.#rounds[slot] = this.#round
    this.#fingerprints[slot] = fingerprint
    this.size++
  }
}
