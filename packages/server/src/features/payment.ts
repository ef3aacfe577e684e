import { CHANNELS, PAYMENT_METHODS, TRAFFIC_SOURCES } from '../events/transaction.ts'
import { BRANDS, brandOfBin, brandOfWord } from './card-brand.ts'
import { addedOn, category, flag, number } from './declare.ts'
import type { Feature } from './types.ts'

/** Processors spell results in letters or words; what is not in a table becomes `other`. */
type Spellings = ReadonlyMap<string, string>

const spellings = (table: Readonly<Record<string, readonly string[]>>): Spellings =>
  new Map(Object.entries(table).flatMap(([result, words]) => [result, ...words].map(word => [word, result])))

const CVV = spellings({
  match: ['m', 'y', 'matched', 'pass'],
  mismatch: ['n', 'no_match', 'fail', 'failed'],
  unchecked: ['p', 'u', 's', 'x', 'not_processed', 'not_provided', 'unavailable', 'not_present'],
})
const AVS = spellings({
  match: ['y', 'x', 'm', 'd', 'f', 'full', 'pass'],
  partial: ['a', 'z', 'w', 'p', 'b'],
  mismatch: ['n', 'no_match', 'fail', 'failed'],
  unchecked: ['u', 'r', 's', 'g', 'i', 'c', 'e', 'unavailable', 'not_supported'],
})
/** EMV 3-D Secure `transStatus` letters and the words of payment providers. */
const THREE_D_SECURE = spellings({
  authenticated: ['y', 'success', 'succeeded', 'approved', 'passed', 'frictionless', 'ok'],
  attempted: ['a', 'i', 'attempt', 'attempt_acknowledged', 'informational'],
  failed: ['n', 'r', 'rejected', 'denied', 'not_authenticated'],
  unavailable: ['u', 'not_enrolled', 'not_supported', 'none', 'exempted', 'not_attempted'],
})

const read = (result: string | null, table: Spellings) =>
  result === null ? null : (table.get(result.toLowerCase()) ?? 'other')
const vocabulary = (table: Spellings) => [...new Set(table.values())]

export const PAYMENT_FEATURES: readonly Feature[] = [
  category(PAYMENT_METHODS, {
    name: 'payment_method',
    description: 'Payment method',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.payment.method,
  }),
  category(vocabulary(CVV), {
    name: 'cvv_result',
    description: "The processor's check of the card verification value",
    entity: 'card',
    source: 'transaction',
    compute: ({ event }) => read(event.payment.cvvResult, CVV),
  }),
  category(vocabulary(AVS), {
    name: 'avs_result',
    description: "The processor's check of the billing address",
    entity: 'card',
    source: 'transaction',
    compute: ({ event }) => read(event.payment.avsResult, AVS),
  }),
  category(vocabulary(THREE_D_SECURE), {
    name: 'three_d_secure',
    description: 'Result of 3-D Secure, if it was already done',
    entity: 'card',
    source: 'transaction',
    compute: ({ event }) => read(event.payment.threeDSecure, THREE_D_SECURE),
  }),
  number('count', {
    name: 'installments',
    description: 'Number of instalments',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.payment.installments,
  }),
  number('count', {
    name: 'payment_attempt',
    description: 'Which payment attempt of this order it is',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.attempt,
  }),
  category(CHANNELS, {
    name: 'channel',
    description: 'Sales channel',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.channel,
  }),
  category(TRAFFIC_SOURCES, {
    name: 'traffic_source',
    description: 'What brought the shopper to the shop',
    entity: 'order',
    source: 'transaction',
    createdAt: '2026-11-24',
    compute: ({ event }) => event.trafficSource,
  }),
  ...addedOn('2026-11-24', [
    category(BRANDS, {
      name: 'card_brand',
      description: 'Brand of the card, as its first digits say (ISO/IEC 7812), else as the shop says',
      entity: 'card',
      source: 'transaction',
      compute: ({ event: { payment } }) =>
        payment.bin !== null ? brandOfBin(payment.bin) : payment.brand && brandOfWord(payment.brand),
    }),
    flag({
      name: 'bin_brand_mismatch',
      description: 'The first digits of the card are of another brand than the shop says',
      entity: 'card',
      source: 'transaction',
      compute: ({ event: { payment } }) => {
        if (payment.bin === null || payment.brand === null) return null
        const [byBin, said] = [brandOfBin(payment.bin), brandOfWord(payment.brand)]
        return byBin === 'other' || said === 'other' ? null : byBin !== said
      },
    }),
  ]),
]
