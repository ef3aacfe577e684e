import type { OrderReference } from '@atalaya/client/contract'
import { newOrder, post } from '../../service-shopper.ts'
import { type Attack, distinct, type Family } from '../attack.ts'
import { type Ask, ask, honest, newAccount, secretOf } from '../merchant.ts'

/** A token for one order is handed in with another. */
function swapped(
  id: string,
  tries: string,
  expected: string,
  ...swaps: readonly ((order: OrderReference) => Ask)[]
): Attack {
  return {
    ...{ id: `order.${id}`, tries, expected },
    run: async world => {
      const outcomes: string[] = []
      for (const swap of swaps) {
        const order = newOrder()
        const { token } = await honest(world, order)
        outcomes.push((await ask(world.shop, { token, order, ...swap(order) })).token)
      }
      return distinct(outcomes)
    },
  }
}

/** Orders that are refused whatever token comes with them. */
function refused(
  id: string,
  tries: string,
  expected: string,
  orders: readonly Readonly<Record<string, unknown>>[],
): Attack {
  return {
    ...{ id: `order.${id}`, tries, expected },
    run: async ({ shop }) => {
      const answers = await Promise.all(
        orders.map(order =>
          post(
            `${shop.url}/v1/verify`,
            { transaction: { ...newOrder(), account: { id: newAccount() }, ...order } },
            secretOf(shop),
          ),
        ),
      )
      return distinct(answers.map(({ status, body }) => `${status} ${body.code} ${body.pointer}`))
    },
  }
}

export const ORDER: Family = {
  name: 'order and money',
  attacks: [
    swapped(
      'amount',
      'a token for a cheap order at a dear one: a cent more, ten times, nothing',
      'order_mismatch (order)',
      order => ({ order: { ...order, amountMinor: order.amountMinor + 1 } }),
      order => ({ order: { ...order, amountMinor: order.amountMinor * 10 } }),
      order => ({ order: { ...order, amountMinor: 0 } }),
    ),
    swapped('id', 'a token for another order of the same amount', 'order_mismatch (order)', order => ({
      order: { ...newOrder(), amountMinor: order.amountMinor },
    })),
    swapped(
      'currency',
      'the same number in another currency: soles for dollars, yen or dinars',
      'order_mismatch (order)',
      ...['USD', 'JPY', 'KWD'].map(currency => (order: OrderReference) => ({
        order: { ...order, currency },
      })),
    ),
    swapped(
      'minor-units',
      'minor units for major ones, a hundredfold either way',
      'order_mismatch (order)',
      order => ({
        order: { ...order, amountMinor: order.amountMinor * 100 },
      }),
      order => ({ order: { ...order, amountMinor: Math.floor(order.amountMinor / 100) } }),
    ),
    swapped(
      'action',
      'a token made at login or for a search, at the checkout',
      'order_mismatch (action)',
      () => ({
        action: 'login',
      }),
      () => ({ action: 'Checkout' }),
      () => ({ action: 'checkout ' }),
    ),
    swapped(
      'line-break',
      'an order id that smuggles an amount and a currency into what is hashed',
      'order_mismatch (order)',
      order => ({ order: { ...order, id: `${order.id}"\n${order.amountMinor}\nPEN` } }),
      order => ({ order: { ...order, id: JSON.stringify(order.id) } }),
    ),
    {
      id: 'order.look-alike',
      tries: 'order ids that look alike: composed and decomposed letters, Cyrillic, invisible signs',
      expected: 'order_mismatch (order)',
      run: async world => {
        const pairs = [
          ['pedido-caf\u00e9', 'pedido-cafe\u0301'],
          ['order-a', 'order-\u0430'],
          ['order-1', 'order-\u200b1'],
          ['order-1', 'order-\u202e1'],
          ['ORDER-\u212a', 'ORDER-K'],
        ] as const
        const outcomes: string[] = []
        for (const [bound, sent] of pairs) {
          const order = newOrder()
          const { token } = await honest(world, { ...order, id: bound })
          outcomes.push((await ask(world.shop, { token, order: { ...order, id: sent } })).token)
        }
        return distinct(outcomes)
      },
    },
    {
      id: 'order.unbound',
      tries: 'a token that is bound to no order, to be carried to any',
      expected: 'ok; a feature tells the model: token_order_bound false',
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order, { ob: null })
        const judged = await ask(world.shop, { token, order })
        return `${judged.token}; a feature tells the model: token_order_bound ${judged.features['token_order_bound']}`
      },
    },
    {
      id: 'order.exponents',
      tries: 'currencies without cents and with mills, so that a large order looks small',
      expected: '100 USD, 15,000 JPY and 31.25 KWD are each judged as 375.00 PEN',
      run: async ({ shop }) => {
        const amounts = [
          [10_000, 'USD', '100 USD'],
          [15_000, 'JPY', '15,000 JPY'],
          [31_250, 'KWD', '31.25 KWD'],
        ] as const
        const judged = await Promise.all(
          amounts.map(([amountMinor, currency]) =>
            ask(shop, { order: { ...newOrder(), amountMinor, currency } }),
          ),
        )
        const names = amounts.map(([, , name]) => name)
        const site = judged.map(({ envelope }) => (envelope.event.siteAmountMinor / 100).toFixed(2))
        return `${names.slice(0, 2).join(', ')} and ${names[2]} are each judged as ${distinct(site)} PEN`
      },
    },
    refused(
      'not-money',
      'amounts that are no whole minor units: text, fractions, negatives, beyond a trillion',
      '400 invalid_request /transaction/amountMinor',
      [
        { amountMinor: '10000' },
        { amountMinor: 10_000.5 },
        { amountMinor: -1 },
        { amountMinor: 1e21 },
        { amountMinor: null },
        { amountMinor: [10_000] },
        { amountMinor: true },
      ],
    ),
    refused(
      'not-a-currency',
      'currencies that are none: small letters, spaces, full-width letters, symbols',
      '400 invalid_request /transaction/currency',
      ['pen', 'PEN ', 'ＰＥＮ', 'S/', 'PEN\u0000', '', 'PEN\nUSD', 0].map(currency => ({ currency })),
    ),
    refused(
      'no-rate',
      'a currency the shop has no rate for, to get past limits in soles',
      '422 currency_without_rate /transaction/currency',
      ['XXX', 'XTS', 'BTC', 'VES'].map(currency => ({ currency })),
    ),
  ],
}
