import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { newOrder, post, type Shop, Shopper } from '../../service-shopper.ts'
import { BINARY } from '../../support/service-process.ts'
import { distinct, type Family } from '../attack.ts'
import { ask, honest } from '../merchant.ts'
import { AUDIENCE, SHOP_ORIGIN, type World } from '../world.ts'

const AT_ONCE = 40

/** A service of its own whose tokens outlive its port, and how to start it again. */
async function restartable(world: World) {
  const dataDir = world.newFolder()
  const env = { ATALAYA_SITE_ORIGINS: SHOP_ORIGIN, ATALAYA_PUBLIC_ORIGINS: AUDIENCE }
  const first = await world.spare(dataDir, env)
  const keys = {
    siteKey: /pk_[\w-]+/.exec(first.output)?.[0] ?? '',
    secretKey: /sk_[\w-]+/.exec(first.output)?.[0] ?? '',
  }
  const shopOf = (url: string): Shop => ({ url, origin: SHOP_ORIGIN, ...keys })
  return {
    dataDir,
    first,
    shop: shopOf(first.url),
    again: async () => shopOf((await world.spare(dataDir, env)).url),
  }
}

const siteverify = async (shop: Shop, response: string) =>
  (await post(`${shop.url}/v1/siteverify`, { secret: shop.secretKey, response })).body

export const REPLAY: Family = {
  name: 'replay',
  attacks: [
    {
      id: 'replay.twice',
      tries: 'the same token a second time, for the same order and for another',
      expected: 'ok, replayed (used)',
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order)
        const first = await ask(world.shop, { token, order })
        const again = await Promise.all([ask(world.shop, { token, order }), ask(world.shop, { token })])
        return distinct([first, ...again].map(judged => judged.token))
      },
    },
    {
      id: 'replay.parallel',
      tries: `one token in ${AT_ONCE} requests at the same moment`,
      expected: `1 ok, ${AT_ONCE - 1} replayed (used)`,
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order)
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => ask(world.shop, { token, order })),
        )
        const count = (status: string) => answers.filter(judged => judged.token === status).length
        return `${count('ok')} ok, ${count('replayed (used)')} replayed (used)`
      },
    },
    {
      id: 'replay.two-doors',
      tries: 'one token at /v1/verify and /v1/siteverify at the same moment',
      expected: '1 of 2 taken, in each of 10 tries',
      run: async world => {
        const taken: number[] = []
        for (let round = 0; round < 10; round++) {
          const order = newOrder()
          const { token } = await honest(world, order)
          const [judged, told] = await Promise.all([
            ask(world.shop, { token, order }),
            siteverify(world.shop, token),
          ])
          taken.push(Number(judged.token === 'ok') + Number(told.success))
        }
        return `${distinct(taken)} of 2 taken, in each of ${taken.length} tries`
      },
    },
    {
      id: 'replay.other-amount-first',
      tries: 'guessing the order that a stolen token is bound to, one amount after the other',
      expected: 'order_mismatch (order), then replayed (used) for the right one',
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order)
        const guess = await ask(world.shop, { token, order: { ...order, amountMinor: 1 } })
        const right = await ask(world.shop, { token, order })
        return `${guess.token}, then ${right.token} for the right one`
      },
    },
    {
      id: 'replay.one-nonce',
      tries: 'one nonce in two tokens, with keys, ids and orders of their own',
      expected: 'ok, then replayed (used)',
      run: async world => {
        const [one, other] = [newOrder(), newOrder()]
        const { token, claims } = await honest(world, one)
        const second = await honest(world, other, { nonce: claims.nonce })
        const first = await ask(world.shop, { token, order: one })
        return `${first.token}, then ${(await ask(world.shop, { token: second.token, order: other })).token}`
      },
    },
    {
      id: 'replay.one-jti',
      tries: 'one token id with a second nonce',
      expected: 'ok, then replayed (used)',
      run: async world => {
        const [one, other] = [newOrder(), newOrder()]
        const { token, claims } = await honest(world, one)
        const second = await honest(world, other, { jti: claims.jti })
        const first = await ask(world.shop, { token, order: one })
        return `${first.token}, then ${(await ask(world.shop, { token: second.token, order: other })).token}`
      },
    },
    {
      id: 'replay.two-processes',
      tries: 'a second process on the same data folder, so that each knows only its own used tokens',
      expected: 'exit code 1: the data folder is in use; the first goes on: ok, then replayed (used)',
      run: async world => {
        const { dataDir, shop } = await restartable(world)
        const second = spawn(process.execPath, [BINARY, 'serve'], {
          env: { ...process.env, PORT: '0', ATALAYA_DATA_DIR: dataDir },
        })
        let said = ''
        second.stderr.on('data', chunk => {
          said += String(chunk)
        })
        const [code] = await once(second, 'close')
        const order = newOrder()
        const token = await (await Shopper.visit(shop)).token(order, { aud: AUDIENCE })
        const statuses = [await ask(shop, { token, order }), await ask(shop, { token, order })]
        const why = /using the data folder/.test(said) ? 'the data folder is in use' : said.trim()
        return `exit code ${code}: ${why}; the first goes on: ${statuses.map(one => one.token).join(', then ')}`
      },
    },
    {
      id: 'replay.restart',
      tries: 'killing the service after a token was used (kill -9), and using the token on the next process',
      expected: 'ok, then replayed (used) in the next process, in all of 12',
      run: async world => {
        const { first, shop, again } = await restartable(world)
        const used = await Promise.all(
          Array.from({ length: 12 }, async () => {
            const order = newOrder()
            const token = await (await Shopper.visit(shop)).token(order, { aud: AUDIENCE })
            return { order, token, status: (await ask(shop, { token, order })).token }
          }),
        )
        await first.end('SIGKILL')
        const next = await again()
        const answers = await Promise.all(used.map(({ order, token }) => ask(next, { token, order })))
        return `${distinct(used.map(({ status }) => status))}, then ${distinct(answers.map(one => one.token))} in the next process, in all of ${answers.length}`
      },
    },
  ],
}
