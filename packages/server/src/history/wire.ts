import { HistoryError } from './errors.ts'
import { u32 } from './typed.ts'

/** Room that even the smallest growing array has. */
const MAX_SPARE = 256

/** Writes 32-bit words and doubles into one growing array, in the order of this machine. */
export class WordWriter {
  #words = new Uint32Array(1024)
  #length = 0
  readonly #double = new Float64Array(1)
  readonly #halves = new Uint32Array(this.#double.buffer)

  word(value: number): void {
    this.#room(1)
    this.#words[this.#length++] = value
  }

  double(value: number): void {
    this.#double[0] = value
    this.words(this.#halves)
  }

  words(values: Uint32Array): void {
    this.#room(values.length)
    this.#words.set(values, this.#length)
    this.#length += values.length
  }

  /** What was written, without a copy: it is valid until the next write. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer, 0, this.#length * 4)
  }

  #room(count: number): void {
    if (this.#length + count <= this.#words.length) return
    const larger = new Uint32Array(Math.max(this.#length + count, Math.ceil(this.#words.length * 1.5)))
    larger.set(this.#words.subarray(0, this.#length))
    this.#words = larger
  }
}

/** Reads what a `WordWriter` wrote. @throws {HistoryError} `history_snapshot_corrupt` past the end */
export class WordReader {
  readonly #words: Uint32Array
  #next = 0
  readonly #double = new Float64Array(1)
  readonly #halves = new Uint32Array(this.#double.buffer)

  constructor(words: Uint32Array) {
    this.#words = words
  }

  get left(): number {
    return this.#words.length - this.#next
  }

  word(): number {
    this.#need(1)
    return u32(this.#words, this.#next++)
  }

  double(): number {
    this.#halves.set(this.words(2))
    return this.#double[0] ?? 0
  }

  /** A word that says how much is to follow, which cannot be more than all there is, doubled by spare room. */
  count(): number {
    const value = this.word()
    if (value > MAX_SPARE + 2 * this.left) throw cut()
    return value
  }

  /** A part of the array that is read, not a copy. */
  words(count: number): Uint32Array {
    this.#need(count)
    this.#next += count
    return this.#words.subarray(this.#next - count, this.#next)
  }

  #need(count: number): void {
    if (count <= this.left) return
    throw cut()
  }
}

/** A snapshot that says more than it has. */
export function cut(): HistoryError {
  return new HistoryError('history_snapshot_corrupt', 'history snapshot: it ends in the middle of an entity')
}
