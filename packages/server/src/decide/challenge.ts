import type { PaymentEvent } from '../events/payment-event.ts'
import type { Challenge } from './types.ts'

/**
 * What a challenge asks for, in order of preference. A card is proved by its issuer unless 3-D Secure was already
 * tried; whoever pays otherwise shows that the account's telephone or mailbox is theirs. Documents are the last resort.
 */
export function challengesFor({ payment, keys }: PaymentEvent): readonly Challenge[] {
  const byCard = payment.method === 'card' || (payment.method === null && keys.card !== undefined)
  return byCard && payment.threeDSecure === null
    ? ['three_d_secure', 'one_time_code']
    : ['one_time_code', 'document_check']
}
