import { appendFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../../files/make-folder.ts'
import type { RowFaultCode } from './convert.ts'
import { keepFirst } from './first-lines.ts'
import type { Place } from './place.ts'

/** Bad rows are written in groups of so many. */
const GROUP = 1000
/** Reasons are few; what a damaged file makes of them is not kept without end. */
const MAX_REASONS = 1000

/** A row that is set aside. */
export interface BadRow extends Place {
  readonly code: RowFaultCode
  readonly path: string
  readonly reason: string
  /** The cells by column, or the text of a line that has none. */
  readonly values: Readonly<Record<string, string | null>> | string
}

/** Bad rows with the same fault in the same field. */
export interface Rejection {
  readonly code: RowFaultCode
  readonly path: string
  /** The first one's reason. */
  readonly example: string
  rows: number
  /** First lines where it happened. */
  readonly lines: number[]
}

/** Keeps bad rows in an NDJSON file, which is made when there are some, and counts them. */
export class Quarantine {
  readonly #path: string
  readonly #files: readonly string[]
  readonly #kinds = new Map<string, Rejection>()
  readonly #reasons = new Map<string, number>()
  #waiting: string[] = []
  count = 0

  /** @param files names of the files that are read, by their index */
  constructor(path: string, files: readonly string[]) {
    this.#path = path
    this.#files = files
  }

  /** Forgets an earlier pass. */
  begin(): void {
    rmSync(this.#path, { force: true })
    this.#kinds.clear()
    this.#reasons.clear()
    this.#waiting = []
    this.count = 0
  }

  /** @param rows that are lost with it */
  add({ file, line, code, path, reason, values }: BadRow, rows = 1): void {
    this.count += rows
    // Values and lines differ from row to row, reasons do not.
    const plain = reason.replace(/"[^"]*"/, '"..."').replace(/\d+ lines?|line \d+/, 'line ...')
    if (this.#reasons.size < MAX_REASONS || this.#reasons.has(plain))
      this.#reasons.set(plain, (this.#reasons.get(plain) ?? 0) + rows)
    const key = `${code} ${path}`
    let kind = this.#kinds.get(key)
    if (kind === undefined) {
      kind = { code, path, example: reason, rows: 0, lines: [] }
      this.#kinds.set(key, kind)
    }
    kind.rows += rows
    keepFirst(kind.lines, line)
    const named = this.#files.length > 1 ? { file: this.#files[file] } : {}
    this.#waiting.push(`${JSON.stringify({ ...named, line, code, reason, values })}\n`)
    if (this.#waiting.length >= GROUP) this.flush()
  }

  flush(): void {
    if (this.#waiting.length === 0) return
    makeFolder(dirname(this.#path))
    appendFileSync(this.#path, this.#waiting.join(''))
    this.#waiting = []
  }

  reasons(): [string, number][] {
    return [...this.#reasons].sort((a, b) => b[1] - a[1])
  }

  kinds(): readonly Rejection[] {
    return [...this.#kinds.values()].sort((a, b) => b.rows - a.rows)
  }
}
