import { isUtf8 } from 'node:buffer'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { TrainingError } from '../errors.ts'

/** A text file made readable: UTF-8 without a byte order mark. */
export interface TextFile {
  /** What to read: the file itself, or its copy in UTF-8. */
  readonly path: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  /** Lines with bytes that are no UTF-8, read as windows-1252. */
  readonly foreign: LineTally
  /** Lines whose characters beyond ASCII are UTF-8. */
  readonly unicodeLines: number
}

/** How many lines, and the first of them. */
export interface LineTally {
  readonly count: number
  readonly first: readonly number[]
}

const SHOWN_LINES = 5
/** A line longer than that is no row of a table, and would have to be held in memory. */
const MAX_LINE_BYTES = 16 << 20
const LINE_FEED = 10
const NO_LINES: LineTally = { count: 0, first: [] }

/**
 * Looks at every byte of a text file. UTF-8 is read where it stands; UTF-16, a byte order mark or bytes that are no
 * UTF-8 make a copy in the folder, in which each such byte has become the character that windows-1252 (a superset of
 * latin-1) gives it.
 *
 * @param onBytes told how much of the file has been read
 * @throws TrainingError `data_unreadable`
 */
export async function openText(
  path: string,
  folder: string,
  index: number,
  onBytes: (done: number, total: number) => void,
): Promise<TextFile> {
  try {
    const found = await sniff(path, onBytes)
    if (found === 'clean') return { path, encoding: 'utf-8', foreign: NO_LINES, unicodeLines: 0 }
    const copy = join(folder, `text-${index}${/\.[a-z]+(?=(\.gz)?$)/i.exec(path)?.[0] ?? ''}`)
    if (found === 'repair') {
      const repair = new Repair()
      await pipeline(Readable.from(repair.lines(bytesOf(path))), createWriteStream(copy))
      const { foreign, unicodeLines } = repair
      const encoding = foreign.count > 0 && unicodeLines === 0 ? 'windows-1252' : 'utf-8'
      return { path: copy, encoding, foreign, unicodeLines }
    }
    await pipeline(Readable.from(decoded(bytesOf(path), found)), createWriteStream(copy))
    return { path: copy, encoding: found, foreign: NO_LINES, unicodeLines: 0 }
  } catch (cause) {
    if (cause instanceof TrainingError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TrainingError(
      'data_unreadable',
      `data file ${path} cannot be read: ${why}`,
      'Check that the file is whole.',
      { cause },
    )
  }
}

/** The bytes of a file, decompressed when its name ends in `.gz`. */
export async function* bytesOf(
  path: string,
  onBytes: (done: number, total: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 })
  const total = statSync(path).size
  let done = 0
  file.on('data', chunk => {
    done += chunk.length
    onBytes(done, total)
  })
  const bytes = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file
  // `pipe` does not carry a fault of the file over to the decompressor, which would wait for ever.
  file.on('error', fault => bytes.destroy(fault))
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } finally {
    file.destroy()
  }
}

async function sniff(
  path: string,
  onBytes: (done: number, total: number) => void,
): Promise<'clean' | 'repair' | 'utf-16le' | 'utf-16be'> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let isFirst = true
  try {
    for await (const chunk of bytesOf(path, onBytes)) {
      if (isFirst) {
        const wide = utf16Of(chunk)
        if (wide) return wide
        if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) return 'repair'
      }
      isFirst = false
      decoder.decode(chunk, { stream: true })
    }
    decoder.decode()
  } catch (fault) {
    if (fault instanceof TypeError && 'code' in fault && fault.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return 'repair'
    throw fault
  }
  return 'clean'
}

/** By its byte order mark, or by zeros at every other place of text that is mostly ASCII. */
function utf16Of(start: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  const sample = start.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = sample.length * 0.3
  if (odd > many && even < many / 10) return 'utf-16le'
  if (even > many && odd < many / 10) return 'utf-16be'
  return undefined
}

async function* decoded(
  bytes: AsyncIterable<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** Turns text that is mostly UTF-8 into UTF-8, line by line, and counts what it did. */
class Repair {
  #foreign = 0
  #first: number[] = []
  #line = 0
  unicodeLines = 0

  get foreign(): LineTally {
    return { count: this.#foreign, first: this.#first }
  }

  async *lines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0)
    let isFirst = true
    for await (const chunk of bytes) {
      let block: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      if (isFirst && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf) block = block.subarray(3)
      isFirst = false
      const end = block.lastIndexOf(LINE_FEED) + 1
      rest = block.subarray(end)
      if (rest.length > MAX_LINE_BYTES)
        throw new Error(`line ${this.#line + 1} is longer than 16 MB, so this is no file of rows`)
      if (end > 0) yield this.#block(block.subarray(0, end))
    }
    if (rest.length > 0) yield this.#block(rest)
  }

  #block(block: Buffer): Buffer {
    const lines: Buffer[] = []
    for (let at = 0; at < block.length; ) {
      const end = block.indexOf(LINE_FEED, at) + 1 || block.length
      lines.push(this.#mended(block.subarray(at, end)))
      at = end
    }
    return Buffer.concat(lines)
  }

  #mended(line: Buffer): Buffer {
    this.#line++
    if (line.every(byte => byte < 0x80)) return line
    if (isUtf8(line)) {
      this.unicodeLines++
      return line
    }
    this.#foreign++
    if (this.#first.length < SHOWN_LINES) this.#first.push(this.#line)
    return fromMixed(line)
  }
}

const WINDOWS_1252 = new TextDecoder('windows-1252')

/** Keeps what is UTF-8 and reads each other byte as windows-1252: a line may hold both. */
function fromMixed(line: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < line.length; ) {
    const lead = line[at] ?? 0
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
    const character = line.subarray(at, at + length)
    if (character.length === length && isUtf8(character)) {
      parts.push(character)
      at += length
    } else {
      parts.push(Buffer.from(WINDOWS_1252.decode(line.subarray(at, at + 1))))
      at++
    }
  }
  return Buffer.concat(parts)
}
