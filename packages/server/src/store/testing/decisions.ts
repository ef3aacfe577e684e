import { emptySession } from '../../events/session.ts'
import type { DecisionCommit } from '../types.ts'

/** A decision as small as one can be; `seq` makes it distinct. */
export function commitOf(seq: number, more: Partial<Omit<DecisionCommit, 'stored'>> = {}): DecisionCommit {
  const place = { country: null, region: null, pickupPoint: null }
  return {
    stored: {
      seq,
      id: `dec_${seq}`,
      tokenDetail: null,
      envelope: {
        format: 'atalaya-envelope/1',
        event: {
          ...{ id: `order-${seq}`, siteId: 'site_1', action: 'checkout' },
          ...{ atMs: 1_000 + seq, receivedAtMs: 2_000 + seq },
          ...{ amountMinor: 100 * seq, currency: 'PEN', siteAmountMinor: 100 * seq },
          keys: { account: 'account-1', ip: `ip-${seq}` },
          account: {
            ...{ createdAtMs: null, emailVerified: null, phoneVerified: null },
            ...{ emailDomain: null, emailDigits: null, emailNameSimilarity: null },
            ...{ phoneCountryCode: null, phoneCountry: null, phoneValid: null, phoneType: null },
          },
          payment: {
            ...{ method: null, bin: null, brand: null, issuerCountry: null },
            ...{ cvvResult: null, avsResult: null, threeDSecure: null, installments: null },
          },
          basket: { itemCount: null, digitalShare: null, mainCategory: null },
          ...{ shipping: place, billing: place, ip: { country: null, asn: null, hosting: null } },
          ...{
            channel: null,
            trafficSource: null,
            attempt: null,
            languageCountries: null,
            metadata: {},
            session: emptySession('absent'),
          },
        },
        history: {},
        site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
        versions: { model: 'none', policy: 'p', rules: 'r', features: 'f', prescore: null },
        degraded: ['model'],
      },
      decision: {
        ...{ decision: 'allow', score: null, margin: null, reasons: [], rules: [] },
        ...{ expectedLossMinor: null, challenge: [], review: null, features: { trans_amount: 100 * seq } },
      },
    },
    usedToken: null,
    keptAnswer: null,
    ...more,
  }
}
