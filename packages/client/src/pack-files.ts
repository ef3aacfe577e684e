import type { ReadMercadoPago } from './plugins/mercadopago.ts'
import type { Scorer } from './prescore/protocol.ts'
import type { Visitor } from './token/make.ts'

/** What the later parts of what makes tokens bring, by the name of their file. */
export interface PackParts {
  /** The scorer for the main thread, where no worker may run. */
  readonly 'prescore-worker': Scorer
  /** The device pack. */
  readonly device: () => Promise<Visitor>
  readonly mercadopago: ReadMercadoPago
}

/** How what makes tokens reaches its own parts that load later. */
export interface PackFiles {
  /** Starts the worker that scores; throws, or sends an error event, where none may run. */
  openWorker(): Worker
  /** Loads a part; rejects when it is blocked, missing or of another version. */
  load<N extends keyof PackParts>(name: N): Promise<PackParts[N]>
}
