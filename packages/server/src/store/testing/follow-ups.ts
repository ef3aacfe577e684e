import type { PaymentLabel, PaymentOutcome } from '../../events/lifecycle.ts'

/** Belongs to the decision that `commitOf(of)` makes. */
const followUp = (seq: number, of: number) => ({
  ...{ seq, siteId: 'site_1', orderId: `order-${of}`, decisionId: `dec_${of}` },
  receivedAtMs: 5_000 + seq,
})

/** A decline as small as one can be. */
export function outcomeOf(seq: number, of: number, more: Partial<PaymentOutcome> = {}): PaymentOutcome {
  return { ...followUp(seq, of), type: 'declined', reason: null, occurredAtMs: null, ...more }
}

/** A fraud label as small as one can be. */
export function labelOf(seq: number, of: number, more: Partial<PaymentLabel> = {}): PaymentLabel {
  return {
    ...followUp(seq, of),
    ...{ fraud: true, source: 'chargeback', state: null, observedAtMs: null, effectiveAtMs: null },
    ...more,
  }
}
