import { describe, expect, it } from 'vitest'
import { type EventContext, toPaymentEvent } from './payment-event.ts'
import { emptySession } from './session.ts'
import type { Transaction } from './transaction.ts'

const CONTEXT: EventContext = {
  siteId: 'shop',
  action: 'checkout',
  receivedAtMs: 1_000,
  session: emptySession('absent'),
  deviceThumbprint: null,
  visitorId: null,
  sessionId: 'session-1',
  ipAddress: '203.0.113.7',
  ip: { country: 'PE', asn: 6147, hosting: false },
  siteCountry: 'PE',
  pseudonymise: (kind, id) => `${kind}<${id.replaceAll('\n', '|')}>`,
  toSiteMinor: amountMinor => amountMinor,
}
const ORDER: Transaction = { id: 'o', amountMinor: 100, currency: 'PEN', account: { id: 'ada' } }
const keysOf = (order: Partial<Transaction>, context: Partial<EventContext> = {}) =>
  toPaymentEvent({ ...ORDER, ...order }, { ...CONTEXT, ...context }).keys

describe('the entities of an order', () => {
  it('that tells nothing else are the account, the network and the session', () => {
    expect(keysOf({})).toEqual({
      account: 'account<shop|ada>',
      ip: 'ip<203.0.113.7>',
      network: 'network<203.0.113.0/24>',
      asn: '6147',
      session: 'session<session-1>',
    })
  })

  it('are the account alone when even the connection is unknown', () => {
    const ip = { country: null, asn: null, hosting: null }
    expect(keysOf({}, { ipAddress: null, ip, sessionId: null })).toEqual({ account: 'account<shop|ada>' })
  })

  it('name the mailbox and the number, however they are spelt', () => {
    const spelt = (email: string, phone: string) => keysOf({ account: { id: 'ada', email, phone } })
    expect(spelt('Ana.Diaz+x@gmail.com', '+51 987 654 321')).toEqual(spelt('anadiaz@gmail.com', '987654321'))
  })

  it('name six digits of the card whether the shop knows six or eight', () => {
    expect(keysOf({ payment: { method: 'card', bin: '45577012' } }).bin).toBe('455770')
  })

  it('name the category of most of the amount, however it is spelt', () => {
    const items = [
      { category: 'Libros', priceMinor: 100 },
      { category: 'Electrónica', priceMinor: 900 },
    ]
    expect(keysOf({ items }).category).toBe('shop/electronica')
  })
})

describe('a shipping address', () => {
  const address = (shipping: Transaction['shipping'], recipient?: string) =>
    keysOf({ ...(shipping && { shipping }), ...(recipient && { recipient }) }).address

  it('is its street line within its area', () => {
    const line = { country: 'PE', postalCode: '15074', lineHash: 'abc' }
    expect(address(line, 'Ana Díaz')).toBe(address(line))
    expect(address({ ...line, postalCode: '15075' })).not.toBe(address(line))
  })

  it('is no other whose parts put together read the same', () => {
    const [one, other] = [
      { country: 'PE', postalCode: '15074\na', lineHash: 'b' },
      { country: 'PE', postalCode: '15074', lineHash: 'a\nb' },
    ]
    expect(address(one)).not.toBe(address(other))
  })

  it('is the recipient within a postal area or district when the line is unknown', () => {
    expect(address({ country: 'PE', ubigeo: '150122' }, 'Ana  Díaz')).toBe(
      address({ country: 'PE', ubigeo: '150122' }, 'ana diaz'),
    )
  })

  it('is none when only an area is known', () => {
    expect(address({ country: 'PE', region: 'Lima', postalCode: '15074' })).toBeUndefined()
    expect(address({ country: 'PE', region: 'Lima' }, 'Ana Díaz')).toBeUndefined()
  })
})

describe('an event', () => {
  it('holds no mailbox, number, name or line', () => {
    const event = toPaymentEvent(
      {
        ...ORDER,
        account: { id: 'ada', email: 'ana.diaz@gmail.com', phone: '987654321' },
        recipient: 'Ana Díaz',
        shipping: { country: 'PE', postalCode: '15074', lineHash: 'street-hash' },
      },
      { ...CONTEXT, pseudonymise: kind => kind },
    )
    expect(event.account).toMatchObject({ emailNameSimilarity: 1, phoneCountry: 'PE', phoneType: 'mobile' })
    expect(JSON.stringify(event)).not.toMatch(/ana\.?diaz|987654321|D.az|street-hash|15074/i)
  })
})
