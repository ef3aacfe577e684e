import type { Scorer } from './prescore/protocol.ts'
import type { Visitor } from './token/make.ts'

/** How what makes tokens reaches its own parts that load later. */
export interface PackFiles {
  /** Starts the worker that scores; throws, or sends an error event, where none may run. */
  openWorker(): Worker
  /** The scorer for the main thread, where no worker may run. */
  loadScorer(): Promise<Scorer>
  /** The device pack. */
  loadDevice(): Promise<() => Promise<Visitor>>
}
