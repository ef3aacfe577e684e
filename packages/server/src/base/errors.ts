/**
 * A fault with a stable code. The HTTP layer shows it as an RFC 9457 problem, the command line as one line.
 *
 * @property code stable, machine-readable, `snake_case`
 * @property mend what the reader should do about it, a sentence
 */
export class AtalayaError extends Error {
  readonly code: string
  readonly mend: string
  constructor(code: string, message: string, mend: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AtalayaError'
    this.code = code
    this.mend = mend
  }
}
