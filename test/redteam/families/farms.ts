import { generateKeyPairSync } from 'node:crypto'
import { CATALOGUE } from '../../../packages/server/src/features/index.ts'
import { splitCompact } from '../../../packages/server/src/token/compact.ts'
import { readHeader } from '../../../packages/server/src/token/header.ts'
import { createSignatureVerifier, thumbprintOf } from '../../../packages/server/src/token/signature.ts'
import { newOrder, post, type Shop, Shopper } from '../../service-shopper.ts'
import { headerOf, makeSigningKey, signed } from '../../support/token-mutations.ts'
import type { Family } from '../attack.ts'
import { ask, honest, newAccount, secretOf, tell } from '../merchant.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let cards = 0
const newCard = (bin = '450995') => {
  cards += 1
  return {
    method: 'card',
    bin,
    last4: String(cards % 10_000).padStart(4, '0'),
    cardFingerprint: `card-${cards}`,
  }
}
let hosts = 0
/** An address that no other attack uses; those of one network share their first three numbers. */
const newNetwork = () => {
  hosts += 1
  return `181.65.${hosts}`
}

/** An order of a card that the bank declines. */
async function declined(shop: Shop, more: Parameters<typeof ask>[1], atMs?: number) {
  const judged = await ask(shop, more)
  await tell(shop, 'events', {
    ...{ decisionId: judged.id, type: 'declined', reason: 'do_not_honor' },
    ...(atMs !== undefined && { occurredAtMs: atMs }),
  })
  return judged
}

export const FARMS: Family = {
  name: 'farms, card testing and flooding',
  attacks: [
    {
      id: 'farm.one-key',
      tries: 'one device key for many accounts and sessions',
      expected: 'review by device_farm from the 6th account on',
      run: async ({ shop }) => {
        const shopper = await Shopper.visit(shop)
        for (let account = 1; account <= 8; account++) {
          const order = newOrder()
          const token = await shopper.token(order, { sid: `farm-${account}` })
          const { decision, rules } = await ask(shop, { token, order })
          if (rules.includes('device_farm'))
            return `${decision} by device_farm from the ${account}th account on`
        }
        return 'never noticed'
      },
    },
    {
      id: 'farm.many-keys',
      tries: 'a new key for every order of one device, account and card',
      expected: 'counted: devices_per_account_30d 7, devices_per_card_30d 7, trans_freq_visitor_24h 7',
      run: async ({ shop }) => {
        const account = { id: newAccount() }
        const payment = newCard()
        const vid = 'c'.repeat(32)
        let last: Awaited<ReturnType<typeof ask>> | undefined
        for (let key = 0; key < 8; key++) {
          const order = newOrder()
          const token = await (await Shopper.visit(shop)).token(order, { vid, vc: 0.9, ks: 'new' })
          last = await ask(shop, { token, order, transaction: { account, payment } })
        }
        const names = ['devices_per_account_30d', 'devices_per_card_30d', 'trans_freq_visitor_24h']
        return `counted: ${names.map(name => `${name} ${last?.features[name]}`).join(', ')}`
      },
    },
    {
      id: 'farm.harvest',
      tries: 'tokens made in store: fifty nonces fetched now, for orders of tomorrow',
      expected:
        'each nonce serves one order, and none after ten minutes: see nonce.stale; 50 ok, then 50 replayed',
      run: async ({ shop }) => {
        const shopper = await Shopper.visit(shop)
        const orders = Array.from({ length: 50 }, newOrder)
        const tokens = await Promise.all(orders.map(order => shopper.token(order)))
        const use = () =>
          Promise.all(tokens.map((token, at) => ask(shop, { token, order: orders[at] ?? newOrder() })))
        const count = (all: Awaited<ReturnType<typeof use>>, status: string) =>
          all.filter(({ token }) => token.startsWith(status)).length
        const [first, second] = [await use(), await use()]
        return `each nonce serves one order, and none after ten minutes: see nonce.stale; ${count(first, 'ok')} ok, then ${count(second, 'replayed')} replayed`
      },
    },
    {
      id: 'cards.fast',
      tries: 'testing stolen cards from one device',
      expected: 'deny by card_testing_device at the 6th card',
      run: async ({ shop }) => {
        const shopper = await Shopper.visit(shop)
        const account = { id: newAccount() }
        for (let card = 1; card <= 8; card++) {
          const order = newOrder()
          const token = await shopper.token(order)
          const { decision, rules } = await declined(shop, {
            token,
            order,
            transaction: { account, payment: newCard() },
          })
          if (rules.includes('card_testing_device'))
            return `${decision} by card_testing_device at the ${card}th card`
        }
        return 'never noticed'
      },
    },
    {
      id: 'cards.new-devices',
      tries: 'testing cards with a new key and account each time, from one address',
      expected: 'review or worse by card_testing_ip at the 7th card',
      run: async ({ shop }) => {
        const remoteIp = `${newNetwork()}.7`
        for (let card = 1; card <= 9; card++) {
          const { decision, rules } = await declined(shop, { remoteIp, transaction: { payment: newCard() } })
          if (rules.includes('card_testing_ip'))
            return `${['review', 'deny'].includes(decision) ? 'review or worse' : decision} by card_testing_ip at the ${card}th card`
        }
        return 'never noticed'
      },
    },
    {
      id: 'cards.new-addresses',
      tries: "testing one bank's cards with a new address, key and account each time, in one network",
      expected:
        'no single rule; counted: cards_per_network_1h 9, decline_count_network_1h 9, cards_per_bin_1h 9',
      run: async ({ shop }) => {
        const network = newNetwork()
        let last: Awaited<ReturnType<typeof ask>> | undefined
        for (let card = 0; card < 10; card++)
          last = await declined(shop, {
            remoteIp: `${network}.${card + 10}`,
            transaction: { payment: newCard('467312') },
          })
        const names = ['cards_per_network_1h', 'decline_count_network_1h', 'cards_per_bin_1h']
        const rules = last?.rules.filter(rule => rule.startsWith('card_')) ?? []
        return `${rules.join('+') || 'no single rule'}; counted: ${names.map(name => `${name} ${last?.features[name]}`).join(', ')}`
      },
    },
    {
      id: 'cards.slow',
      tries: 'testing two cards a day for ten days from one device, below every daily threshold',
      expected: 'no rule of a day fires; counted: cards_per_device_30d 20, device_trans_count 20',
      run: async ({ shop }) => {
        const shopper = await Shopper.visit(shop)
        const account = { id: newAccount() }
        const start = Date.now() - 11 * DAY_MS
        let last: Awaited<ReturnType<typeof ask>> | undefined
        for (let card = 0; card <= 20; card++) {
          const order = newOrder()
          const createdAtMs = start + card * 12 * HOUR_MS
          const token = await shopper.token(order)
          const transaction = { account, payment: newCard(), createdAtMs }
          last = await declined(shop, { token, order, transaction }, createdAtMs)
        }
        const names = ['cards_per_device_30d', 'device_trans_count']
        const rules = last?.rules.filter(rule => rule.startsWith('card_')) ?? []
        return `${rules.join('+') || 'no rule of a day'} fires; counted: ${names.map(name => `${name} ${last?.features[name]}`).join(', ')}`
      },
    },
    {
      id: 'velocity.probing',
      tries: 'reading from the answers which figure was over which limit',
      expected: 'no feature, weight or limit is named',
      run: async ({ shop }) => {
        const payment = newCard()
        const texts: string[] = []
        for (let attempt = 0; attempt < 5; attempt++) {
          const { body } = await post(
            `${shop.url}/v1/verify`,
            { transaction: { ...newOrder(), account: { id: newAccount() }, payment } },
            secretOf(shop),
          )
          const { rules: _ofTheMerchant, challenge: _names, ...told } = body
          texts.push(JSON.stringify(told))
          await tell(shop, 'events', { decisionId: body.id, type: 'declined' })
        }
        const named = CATALOGUE.filter(({ name }) => texts.some(text => text.includes(`"${name}"`)))
        return `${named.map(({ name }) => name).join() || 'no feature, weight or limit'} is named`
      },
    },
    {
      id: 'velocity.double-count',
      tries: 'one decline told ten times at once, to have a card or a competitor blocked',
      expected: 'counted once: decline_count_card_1h 1',
      run: async ({ shop }) => {
        const payment = newCard()
        const { id } = await ask(shop, { transaction: { payment } })
        await Promise.all(
          Array.from({ length: 10 }, () => tell(shop, 'events', { decisionId: id, type: 'declined' })),
        )
        const { features } = await ask(shop, { transaction: { payment } })
        return `counted once: decline_count_card_1h ${features['decline_count_card_1h']}`
      },
    },
    {
      id: 'velocity.back-dating',
      tries: 'orders dated ahead by a century and an hour, and back by a month, to fall out of every window',
      expected: 'the account counts all 3; none is later than its arrival',
      run: async ({ shop }) => {
        const account = { id: newAccount() }
        const times = [4_102_444_800_000, Date.now() + HOUR_MS, Date.now() - 30 * DAY_MS]
        const ahead: boolean[] = []
        for (const createdAtMs of times) {
          const { envelope } = await ask(shop, { transaction: { account, createdAtMs } })
          ahead.push(envelope.event.atMs > envelope.event.receivedAtMs)
        }
        const { features } = await ask(shop, { transaction: { account } })
        return `the account counts all ${features['account_trans_count']}; ${ahead.some(Boolean) ? 'some are' : 'none is'} later than its arrival`
      },
    },
    {
      id: 'entity.collision',
      tries: 'identifiers put together so that two entities get one pseudonym: borders moved between parts',
      expected: 'all are told apart',
      run: async ({ shop }) => {
        const keysOf = async (transaction: object) =>
          (await ask(shop, { transaction: { ...transaction } })).envelope.event.keys
        const address = (postalCode: string, lineHash: string) =>
          keysOf({ shipping: { country: 'PE', postalCode, lineHash } })
        const pairs = [
          [(await address('15074\na', 'b')).address, (await address('15074', 'a\nb')).address],
          [(await address('15074","a', 'b')).address, (await address('15074', 'a","b')).address],
          [
            (await keysOf({ account: { id: 'x\ny' } })).account,
            (await keysOf({ account: { id: 'x' } })).account,
          ],
          [
            (await keysOf({ account: { id: 'e\u0301' } })).account,
            (await keysOf({ account: { id: '\u00e9' } })).account,
          ],
          [
            (await keysOf({ account: { id: 'same' }, items: [{ seller: 'same' }] })).account,
            (await keysOf({ items: [{ seller: 'same' }] })).seller,
          ],
        ]
        const same = pairs.filter(([one, other]) => one === undefined || one === other).length
        return same === 0 ? 'all are told apart' : `${same} pairs are one`
      },
    },
    {
      id: 'entity.evasion',
      tries: 'one mailbox, telephone and network in many spellings, to be a stranger each time',
      expected: 'counted: trans_freq_email_24h 4, trans_freq_phone_24h 4, trans_freq_network_24h 4',
      run: async ({ shop }) => {
        const spellings = [
          ['test.cards@gmail.com', '+51 987 112 233', '2800:200:e840::1'],
          ['t.e.s.t.cards@gmail.com', '987112233', '2800:200:e840:1::9'],
          ['testcards+1@gmail.com', '0051987112233', '2800:200:e840:ffff::2'],
          ['TESTCARDS+b@Gmail.com', '+51-987-112-233', '2800:200:e840:2:3:4:5:6'],
          ['testcards@gmail.com', '+51987112233', '2800:0200:e840:0000::7'],
        ] as const
        let last: Awaited<ReturnType<typeof ask>> | undefined
        for (const [email, phone, remoteIp] of spellings)
          last = await ask(shop, { remoteIp, transaction: { account: { id: newAccount(), email, phone } } })
        const names = ['trans_freq_email_24h', 'trans_freq_phone_24h', 'trans_freq_network_24h']
        return `counted: ${names.map(name => `${name} ${last?.features[name]}`).join(', ')}`
      },
    },
    {
      id: 'flood.keys',
      tries: 'tokens of five hundred made-up keys, good and bad, to push known keys out of the cache',
      expected: 'the honest device goes on: ok',
      run: async world => {
        const { shop } = world
        const shopper = await Shopper.visit(shop)
        const first = newOrder()
        await ask(shop, { token: await shopper.token(first), order: first })
        const { claims } = await honest(world, newOrder())
        const flood = Array.from({ length: 500 }, async (_, at) => {
          const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
          const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
          const token = await signed(
            headerOf(world.key, { jwk: { kty, crv, x, y } }),
            JSON.stringify(claims),
            world.key,
          )
          return post(`${shop.url}/v1/siteverify`, {
            secret: at % 2 === 0 ? shop.secretKey : 'sk_wrong',
            response: token,
          })
        })
        await Promise.all(flood)
        const order = newOrder()
        return `the honest device goes on: ${(await ask(shop, { token: await shopper.token(order), order })).token}`
      },
    },
    {
      id: 'flood.key-cache',
      tries: 'filling a small key cache with bad signatures, then with good ones of new keys',
      expected: 'every verdict is right: 40 bad, 40 good, 1 good',
      run: async ({ key }) => {
        const signatures = createSignatureVerifier(4)
        const isGood = async (token: string) => {
          const jws = splitCompact(token)
          const head = jws && readHeader(jws.header)
          if (!jws || !head || 'fault' in head) throw new Error('this is no token')
          return signatures.verify(jws, head.header, thumbprintOf(head.header))
        }
        const keys = await Promise.all(Array.from({ length: 40 }, makeSigningKey))
        const known = await signed(headerOf(key), '{}', key)
        await isGood(known)
        const bad = await Promise.all(
          keys.map(async other => isGood(await signed(headerOf(other), '{}', key))),
        )
        const good = await Promise.all(
          keys.map(async other => isGood(await signed(headerOf(other), '{}', other))),
        )
        const again = await isGood(known)
        return `every verdict is right: ${bad.filter(one => !one).length} bad, ${good.filter(Boolean).length} good, ${Number(again)} good`
      },
    },
  ],
}
