import { type Collect, tallied } from './collector.ts'

/** A longer gap between two keys is a pause, not cadence. */
const PAUSE_MS = 2_000

/** Number and cadence of key presses, as count, sum and sum of squares over the session; never which key. */
export const keyboard: Collect = ({ scope, tally, now }) => {
  let lastMs = 0
  scope.on<KeyboardEvent>(document, 'keydown', event => {
    if (event.repeat) return
    const gapMs = now() - lastMs
    lastMs = now()
    tally.add('key_count')
    if (gapMs > PAUSE_MS) return
    tally.add('gaps')
    tally.add('gap_sum', gapMs)
    tally.add('gap_squares', gapMs * gapMs)
  })
  scope.on<InputEvent>(document, 'input', event => {
    if (event.inputType?.startsWith('delete')) tally.add('key_corrections')
  })
  return () => {
    const gaps = tally.get('gaps')
    const mean = tally.get('gap_sum') / gaps
    return {
      ...tallied(tally, 'key_count', 'key_corrections'),
      key_interval_mean_ms: gaps > 0 ? mean : null,
      key_interval_sd_ms:
        gaps > 1 ? Math.sqrt(Math.max(0, tally.get('gap_squares') / gaps - mean * mean)) : null,
    }
  }
}
