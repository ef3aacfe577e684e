/** Tells whoever waits how far the work is. */
export interface Progress {
  /** Begins a phase; `total` is null when it is not known. */
  phase(name: string, total: number | null): void
  /** So much of the phase is done; `note` is a figure worth seeing. */
  update(done: number, note?: string): void
  /** A line that stays, between two phases. */
  say?(line: string): void
}

/** For callers that show nothing. */
export const SILENT: Progress = { phase: () => undefined, update: () => undefined }
