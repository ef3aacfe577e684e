import { clickedWith } from '../shop/attributes.ts'
import { type Collect, tallied } from './collector.ts'

/** Items put into and taken out of the cart. */
export const cart: Collect = ({ scope, session, tally, track }) => {
  clickedWith(scope, 'add', () => track('add_to_cart'))
  clickedWith(scope, 'remove', () => track('remove_from_cart'))
  return () => {
    const sinceFirstAddMs = tally.sinceMs('first_add_at')
    const sinceStartMs = tally.get('first_add_at') - session.startedMs()
    return {
      ...tallied(tally, 'cart_adds', 'cart_removes'),
      first_add_ms: sinceFirstAddMs === null ? null : sinceStartMs,
      add_to_pay_ms: sinceFirstAddMs,
    }
  }
}
