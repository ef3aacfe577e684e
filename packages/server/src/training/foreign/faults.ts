import { AtalayaError } from '../../base/errors.ts'
import { TrainingError } from '../errors.ts'

const MEND = 'docs/models.md tells what can be imported and how to save it.'

/** The fault of a model from elsewhere. */
export function foreignFault(message: string, mend = MEND, cause?: unknown): TrainingError {
  return new TrainingError('foreign_model', message, mend, { cause })
}

/** Whatever a reader threw, as a fault with its mend. */
export function asForeignFault(error: unknown): AtalayaError {
  if (error instanceof AtalayaError) return error
  const message = error instanceof Error ? error.message : String(error)
  return foreignFault(message.replace(/\.$/, ''), MEND, error)
}
