import { u32 } from './typed.ts'

/** A reference is the address of a word: the chunk in its high half, the place within the chunk in the low half. */
const CHUNK_BITS = 16
const CHUNK_WORDS = 2 ** CHUNK_BITS
const OFFSET_MASK = CHUNK_WORDS - 1
const MAX_CHUNKS = 2 ** 16
const NO_CHUNK = new Uint32Array(0)

/**
 * Blocks of 32-bit words of any size, carved out of chunks one after the other. A small entity then costs its words
 * and nothing else: no object, no header of an allocator. Freed blocks of each size are linked through their first
 * word and used again.
 */
export class Arena {
  readonly #chunks: Uint32Array[] = [new Uint32Array(CHUNK_WORDS)]
  /** First free block by size, 0 for none. */
  readonly #free: Uint32Array
  /** Word 0 is never given away, so that 0 can say "none". */
  #next = 1

  constructor(maxBlockWords: number) {
    this.#free = new Uint32Array(maxBlockWords + 1)
  }

  get bytes(): number {
    return this.#chunks.length * CHUNK_WORDS * 4
  }

  /** The reference of a block whose words may hold anything. */
  allocate(words: number): number {
    const free = u32(this.#free, words)
    if (free !== 0) {
      this.#free[words] = u32(this.chunk(free), this.offset(free))
      return free
    }
    if (this.#next + words > this.#chunks.length * CHUNK_WORDS) {
      if (this.#chunks.length === MAX_CHUNKS)
        throw new RangeError('the history has no room for more entities')
      this.#next = this.#chunks.length * CHUNK_WORDS
      this.#chunks.push(new Uint32Array(CHUNK_WORDS))
    }
    const block = this.#next
    this.#next += words
    return block
  }

  release(block: number, words: number): void {
    this.chunk(block)[this.offset(block)] = u32(this.#free, words)
    this.#free[words] = block
  }

  /** The chunk a block lies in; its words begin there at `offset(block)`. */
  chunk(block: number): Uint32Array {
    return this.#chunks[block >>> CHUNK_BITS] ?? NO_CHUNK
  }

  offset(block: number): number {
    return block & OFFSET_MASK
  }
}
