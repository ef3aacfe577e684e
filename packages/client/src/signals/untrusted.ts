import { type Collect, tallied } from './collector.ts'

/**
 * Input events that a script made. `input` and `change` are left out: password managers make those for their owner.
 */
export const untrusted: Collect = ({ scope, tally }) => {
  for (const type of ['click', 'pointerdown', 'keydown']) {
    scope.on(document, type, event => {
      if (!event.isTrusted) tally.add('untrusted_events')
    })
  }
  return () => tallied(tally, 'untrusted_events')
}
