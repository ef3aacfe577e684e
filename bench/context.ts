import type { Measurement } from './result.ts'

/** What a group of rows is told about the run. */
export interface BenchContext {
  /** Shorter rounds and smaller data, to see that everything works; figures are rough. */
  readonly quick: boolean
  /** Whether the row was asked for: a group that measures several may leave out the others. */
  wants(id: string): boolean
  /** Says what is going on, on stderr. */
  progress(line: string): void
}

/** Rows that are measured together. */
export interface RowGroup {
  readonly ids: readonly string[]
  /** Figures by row id; what is left out is reported as not measured. */
  measure(context: BenchContext): Promise<Readonly<Record<string, Measurement>>>
}

/** Thrown by a group that cannot measure on this machine or with this build; the message becomes the note. */
export class NotMeasurable extends Error {}
