import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { AtalayaError } from '../base/errors.ts'

/** Gathered before it is handed to the stream: a write a line would cost more than the line. */
const CHUNK_CHARACTERS = 1 << 16

/**
 * A text file that appears under its name only when it is whole: it is written beside it under a temporary name,
 * forced to disk and renamed. Names ending in `.gz` are compressed.
 */
export class WholeFile {
  readonly path: string
  readonly #partial: string
  readonly #input = new PassThrough({ highWaterMark: 4 * CHUNK_CHARACTERS })
  readonly #written: Promise<void>
  #fault: unknown
  #buffer = ''

  constructor(path: string) {
    this.path = path
    this.#partial = `${path}.partial-${randomUUID().slice(0, 8)}`
    const file = createWriteStream(this.#partial, { flags: 'wx', flush: true })
    this.#written = path.endsWith('.gz')
      ? pipeline(this.#input, createGzip({ level: 6 }), file)
      : pipeline(this.#input, file)
    // Kept for the next call, so that a fault between two calls is not an unhandled rejection.
    this.#written.catch(fault => {
      this.#fault = fault
    })
  }

  /** Adds text; resolves when more may be written. */
  async write(text: string): Promise<void> {
    this.#buffer += text
    if (this.#buffer.length >= CHUNK_CHARACTERS) await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#fault !== undefined) throw this.#explain(this.#fault)
    const chunk = this.#buffer
    this.#buffer = ''
    if (this.#input.write(chunk)) return
    await Promise.race([new Promise<void>(resume => this.#input.once('drain', resume)), this.#written]).catch(
      fault => {
        throw this.#explain(fault)
      },
    )
  }

  /** Writes the rest and gives the file its name. */
  async finish(): Promise<void> {
    try {
      if (this.#buffer !== '') await this.#flush()
      this.#input.end()
      await this.#written
      await rename(this.#partial, this.path)
    } catch (fault) {
      await this.discard()
      throw fault instanceof AtalayaError ? fault : this.#explain(fault)
    }
  }

  /** Gives up: nothing of the file is left. */
  async discard(): Promise<void> {
    this.#input.destroy()
    await this.#written.catch(() => undefined)
    await rm(this.#partial, { force: true })
  }

  #explain(fault: unknown): AtalayaError {
    return new AtalayaError(
      'file_not_written',
      `${this.path} cannot be written: ${fault instanceof Error ? fault.message : String(fault)}`,
      'Choose a folder that exists, may be written and has room',
      { cause: fault },
    )
  }
}
