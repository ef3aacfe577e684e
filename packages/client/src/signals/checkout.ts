import { clickedWith } from '../shop/attributes.ts'
import type { Collect } from './collector.ts'

/** Time in checkout, payment attempts and their failures. */
export const checkout: Collect = ({ scope, tally, track }) => {
  clickedWith(scope, 'checkout', () => track('begin_checkout'))
  clickedWith(scope, 'pay', () => track('add_payment_info'))
  return () => {
    const failures = tally.get('payment_failures')
    return {
      checkout_ms: tally.sinceMs('checkout_at'),
      // A shop may report the attempts, their results, or both.
      payment_attempts: Math.max(tally.get('payment_infos'), failures + tally.get('purchases')),
      payment_failures: failures,
    }
  }
}
