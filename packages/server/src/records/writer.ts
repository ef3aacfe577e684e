import type { HistoryRecord } from './record.ts'
import { WholeFile } from './whole-file.ts'

/** Writes history records, one a line, to a file that appears when it is whole; `.gz` in the name compresses. */
export class HistoryWriter {
  readonly #file: WholeFile

  constructor(path: string) {
    this.#file = new WholeFile(path)
  }

  write(record: HistoryRecord): Promise<void> {
    return this.#file.write(`${JSON.stringify(record)}\n`)
  }

  /** @throws {AtalayaError} `file_not_written` */
  finish(): Promise<void> {
    return this.#file.finish()
  }

  discard(): Promise<void> {
    return this.#file.discard()
  }
}
