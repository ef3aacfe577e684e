import { u32 } from './typed.ts'

const CHUNK_WORDS = 16_384
const NO_CHUNK = new Uint32Array(0)

/**
 * Blocks of one fixed size, carved out of chunks. A small entity then costs its words and nothing else: no
 * object, no header of an allocator. Freed blocks are linked through their first word and used again.
 */
export class Slab {
  readonly blockWords: number
  readonly #chunks: Uint32Array[] = []
  readonly #shift: number
  readonly #mask: number
  /** Block 0 is never given away, so that 0 can say "none". */
  #next = 1
  #free = 0

  constructor(blockWords: number) {
    this.blockWords = blockWords
    this.#shift = Math.floor(Math.log2(CHUNK_WORDS / blockWords))
    this.#mask = (1 << this.#shift) - 1
  }

  get bytes(): number {
    return this.#chunks.length * ((this.#mask + 1) * this.blockWords * 4)
  }

  /** The number of a block whose words may hold anything. */
  allocate(): number {
    if (this.#free !== 0) {
      const block = this.#free
      this.#free = u32(this.chunk(block), this.offset(block))
      return block
    }
    const block = this.#next++
    if (block >> this.#shift === this.#chunks.length) {
      this.#chunks.push(new Uint32Array((this.#mask + 1) * this.blockWords))
    }
    return block
  }

  release(block: number): void {
    this.chunk(block)[this.offset(block)] = this.#free
    this.#free = block
  }

  /** The chunk a block lies in; its words begin there at `offset(block)`. */
  chunk(block: number): Uint32Array {
    return this.#chunks[block >> this.#shift] ?? NO_CHUNK
  }

  offset(block: number): number {
    return (block & this.#mask) * this.blockWords
  }
}
