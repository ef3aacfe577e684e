import { u32 } from './typed.ts'

const SLOT_WORDS = 3
const FIRST_CAPACITY = 1024
const MAX_LOAD = 0.75
/** Growing by less than a doubling keeps the mean load, and so the memory of an entity, near its best. */
const GROWTH = 1.25
const TWO_32 = 0x1_0000_0000

/**
 * Open-addressing map from a 64-bit keyed hash to a non-zero 32-bit reference: 12 bytes a slot, linear
 * probing. The home slot is the hash scaled to the capacity, so that the capacity need not be a power of two
 * and slots lie in the order of their hashes.
 */
export class HashTable {
  #slots: Uint32Array
  #capacity: number
  #size = 0
  /** The slot that was looked at last by `sweep`. */
  #swept = 0

  constructor(expectedSize = 0) {
    this.#capacity = Math.max(FIRST_CAPACITY, Math.ceil(expectedSize / MAX_LOAD) + 1)
    this.#slots = new Uint32Array(this.#capacity * SLOT_WORDS)
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#slots.byteLength
  }

  /** The reference stored for the hash, or 0. */
  get(low: number, high: number): number {
    return u32(this.#slots, this.#probe(low, high) + 2)
  }

  /** @param reference not 0, which marks an empty slot */
  set(low: number, high: number, reference: number): void {
    let slot = this.#probe(low, high)
    if (u32(this.#slots, slot + 2) === 0) {
      if (this.#size + 1 > this.#capacity * MAX_LOAD) {
        this.#grow()
        slot = this.#probe(low, high)
      }
      this.#size++
    }
    this.#put(slot, low, high, reference)
  }

  forEach(visit: (low: number, high: number, reference: number) => void): void {
    const slots = this.#slots
    for (let slot = 0; slot < slots.length; slot += SLOT_WORDS) {
      const reference = u32(slots, slot + 2)
      if (reference !== 0) visit(u32(slots, slot), u32(slots, slot + 1), reference)
    }
  }

  /**
   * Looks at a part of the table, going round call by call, and removes what is not wanted any more.
   *
   * @param share of the table, 0 to 1
   * @returns how many entries were removed
   */
  sweep(share: number, unwanted: (reference: number) => boolean): number {
    const before = this.#size
    const slots = Math.min(this.#capacity, Math.ceil(this.#capacity * share))
    for (let i = 0; i < slots; i++) {
      this.#swept = this.#swept + 1 < this.#capacity ? this.#swept + 1 : 0
      // Removal draws later entries up, so the slot is looked at until what is in it may stay.
      for (;;) {
        const reference = u32(this.#slots, this.#swept * SLOT_WORDS + 2)
        if (reference === 0 || !unwanted(reference)) break
        this.#remove(this.#swept)
      }
    }
    return before - this.#size
  }

  /** Closes the gap, since probing ends at an empty slot (Knuth, TAOCP 3, 6.4, algorithm R). */
  #remove(slot: number): void {
    const slots = this.#slots
    const capacity = this.#capacity
    let hole = slot
    let next = slot
    for (;;) {
      next = next + 1 < capacity ? next + 1 : 0
      if (u32(slots, next * SLOT_WORDS + 2) === 0) break
      const home = this.#home(u32(slots, next * SLOT_WORDS + 1))
      const fromHome = next >= home ? next - home : next - home + capacity
      const fromHole = next >= hole ? next - hole : next - hole + capacity
      if (fromHome < fromHole) continue
      slots.copyWithin(hole * SLOT_WORDS, next * SLOT_WORDS, (next + 1) * SLOT_WORDS)
      hole = next
    }
    slots.fill(0, hole * SLOT_WORDS, (hole + 1) * SLOT_WORDS)
    this.#size--
  }

  #home(high: number): number {
    return Math.floor((high / TWO_32) * this.#capacity)
  }

  /** Where the hash is, or the empty slot where it would go. */
  #probe(low: number, high: number): number {
    const slots = this.#slots
    const end = slots.length
    let slot = this.#home(high) * SLOT_WORDS
    while (u32(slots, slot + 2) !== 0) {
      if (u32(slots, slot) === low && u32(slots, slot + 1) === high) return slot
      slot += SLOT_WORDS
      if (slot === end) slot = 0
    }
    return slot
  }

  #put(slot: number, low: number, high: number, reference: number): void {
    this.#slots[slot] = low
    this.#slots[slot + 1] = high
    this.#slots[slot + 2] = reference
  }

  #grow(): void {
    const old = this.#slots
    this.#capacity = Math.ceil(this.#capacity * GROWTH)
    this.#slots = new Uint32Array(this.#capacity * SLOT_WORDS)
    for (let slot = 0; slot < old.length; slot += SLOT_WORDS) {
      const reference = u32(old, slot + 2)
      if (reference === 0) continue
      const low = u32(old, slot)
      const high = u32(old, slot + 1)
      this.#put(this.#probe(low, high), low, high, reference)
    }
  }
}
