import { keepFirst } from './first-lines.ts'

/** What reading did to a value that it could not take as it stands; each is counted, none is silent. */
export type ChangeCode =
  /** A word such as NULL or N/A was read as no value. */
  | 'null_word'
  /** A country's name, alpha-3 or small letters became its alpha-2 code. */
  | 'country_mapped'
  /** A text that means no country was left out. */
  | 'country_unknown'
  /** A device type that is not in the vocabulary became `unknown`. */
  | 'device_unknown'
  /** A number with more decimals than the field can hold was rounded. */
  | 'rounded'

/** One kind of change to one field. */
export interface Change {
  readonly code: ChangeCode
  readonly path: string
  count: number
  /** First lines where it happened. */
  readonly lines: number[]
  /** Different texts that were changed, the first of them. */
  readonly texts: Set<string>
}

const SHOWN = 5

/** Counts the changes of one reading. */
export class Changes {
  /** Of the row that is being read. */
  line = 0
  readonly #changes = new Map<string, Change>()

  add(code: ChangeCode, path: string, text: string): void {
    const key = `${code} ${path}`
    let change = this.#changes.get(key)
    if (change === undefined) {
      change = { code, path, count: 0, lines: [], texts: new Set() }
      this.#changes.set(key, change)
    }
    change.count++
    keepFirst(change.lines, this.line)
    if (change.texts.size < SHOWN) change.texts.add(text)
  }

  begin(): void {
    this.#changes.clear()
  }

  all(): readonly Change[] {
    return [...this.#changes.values()]
  }
}
