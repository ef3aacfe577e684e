import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { newOrder, type Shop, verify } from '../../service-shopper.ts'
import { distinct, type Family } from '../attack.ts'
import { ask, isReady } from '../merchant.ts'
import { open, request, statusesOf } from '../raw.ts'
import { SHOP_ORIGIN, type World } from '../world.ts'

/** Well above the limits of 10 and 15 s, so that a busy machine does not decide. */
const PATIENCE_MS = 25_000

/** A service of its own and its shop. */
async function ownService(world: World, env: Readonly<Record<string, string>>) {
  const service = await world.spare(world.newFolder(), { ATALAYA_SITE_ORIGINS: SHOP_ORIGIN, ...env })
  const shop: Shop = {
    ...{ url: service.url, origin: SHOP_ORIGIN },
    siteKey: /pk_[\w-]+/.exec(service.output)?.[0] ?? '',
    secretKey: /sk_[\w-]+/.exec(service.output)?.[0] ?? '',
  }
  return { service, shop }
}

/** The beginning of an order whose body never ends. */
const endless = ({ secretKey }: Pick<Shop, 'secretKey'>) =>
  request(
    'POST /v1/verify',
    [`Authorization: Bearer ${secretKey}`, 'Content-Type: application/json', 'Content-Length: 5000'],
    '{"transaction":',
  )

/** Connections that send a beginning and then one byte a second, for as long as they are let. */
async function drip(url: string, count: number, beginning: string) {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(url)))
  const received = sockets.map(() => '')
  const closed = sockets.map((socket, at) => {
    socket.setEncoding('latin1')
    socket.on('data', chunk => {
      received[at] += String(chunk)
    })
    socket.on('error', () => undefined)
    socket.write(beginning)
    const timer = setInterval(() => socket.writable && socket.write(' '), 1_000)
    // Cut while it writes, a connection may end with a reset: closed is closed.
    return new Promise<void>(resolve => socket.once('close', () => resolve())).finally(() =>
      clearInterval(timer),
    )
  })
  return {
    /** Which statuses the connections were cut with, once all are. */
    cut: async () => {
      const all = await Promise.race([
        Promise.all(closed).then(() => true),
        delay(PATIENCE_MS, false, { ref: false }),
      ])
      for (const socket of sockets) socket.destroy()
      return all ? `all ${count} cut with ${distinct(received.flatMap(statusesOf))}` : 'not cut'
    },
    stop: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

export const OVERLOAD: Family = {
  name: 'overload and shutdown',
  attacks: [
    {
      id: 'overload.slow-headers',
      tries: 'slow loris: 200 connections that send their headers a byte a second',
      expected: 'orders are decided meanwhile: 200; all 200 cut with 408',
      run: async ({ service, shop }) => {
        const slow = await drip(service.url, 200, 'POST /v1/verify HTTP/1.1\r\nHost: a\r\nX-A: ')
        const { status } = await ask(shop, {})
        return `orders are decided meanwhile: ${status}; ${await slow.cut()}`
      },
    },
    {
      id: 'overload.slow-bodies',
      tries: 'slow bodies: more of them than the service works on at once, a byte a second',
      expected: 'orders are decided meanwhile: 200; all 20 cut with 408',
      run: async world => {
        const { service, shop } = await ownService(world, { ATALAYA_MAX_IN_FLIGHT: '4' })
        const slow = await drip(service.url, 20, endless(shop))
        await delay(300)
        const { status } = await ask(shop, {})
        return `orders are decided meanwhile: ${status}; ${await slow.cut()}`
      },
    },
    {
      id: 'overload.connections',
      tries: 'a thousand connections that are opened and say nothing',
      expected: 'orders are decided meanwhile: 200, and the service is ready',
      run: async ({ service, shop }) => {
        const sockets: Socket[] = []
        for (let batch = 0; batch < 10; batch++)
          sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => open(service.url)))))
        const { status } = await ask(shop, {})
        const ready = await isReady(shop)
        for (const socket of sockets) socket.on('error', () => undefined).destroy()
        return `orders are decided meanwhile: ${status}, and the service is ${ready ? 'ready' : 'not ready'}`
      },
    },
    {
      id: 'overload.huge-body',
      tries: 'a body of ten gigabytes by its length, and one of unsaid length that does not end',
      expected: '413 before it is read, 413 at the limit; the service is ready',
      run: async ({ service, shop }) => {
        const headers = [`Authorization: Bearer ${shop.secretKey}`, 'Content-Type: application/json']
        const firstAnswer = async (head: string, chunk: string) => {
          const socket = await open(service.url)
          socket.setEncoding('latin1')
          const answered = new Promise<string>(resolve => {
            socket.once('data', data => resolve(String(data)))
            socket.once('error', () => resolve('broken'))
            socket.once('close', () => resolve('closed'))
          })
          socket.write(head)
          const timer = setInterval(() => socket.writable && socket.write(chunk), 5)
          const text = await answered
          clearInterval(timer)
          socket.destroy()
          return statusesOf(text)[0] ?? text
        }
        const declared = await firstAnswer(
          request('POST /v1/verify', [...headers, 'Content-Length: 10000000000']),
          '',
        )
        const streamed = await firstAnswer(
          request('POST /v1/verify', [...headers, 'Transfer-Encoding: chunked']),
          `2000\r\n${' '.repeat(8_192)}\r\n`,
        )
        return `${declared} before it is read, ${streamed} at the limit; the service is ${(await isReady(shop)) ? 'ready' : 'not ready'}`
      },
    },
    {
      id: 'overload.in-flight',
      tries: 'three hundred orders at once on a service that works on two',
      expected: '200 or 503 overloaded with Retry-After 1, some of each; then 200',
      run: async world => {
        const { shop } = await ownService(world, { ATALAYA_MAX_IN_FLIGHT: '2' })
        const answers = await Promise.all(Array.from({ length: 300 }, () => verify(shop, null, newOrder())))
        const told = answers.map(({ status, body, headers }) =>
          status === 200 ? '200' : `${status} ${body.code} with Retry-After ${headers.get('retry-after')}`,
        )
        const after = await verify(shop, null, newOrder())
        return `${[...new Set(told)].toSorted().join(' or ')}, some of each; then ${after.status}`
      },
    },
    {
      id: 'shutdown.sigterm',
      tries: 'ending the service while orders are under way (SIGTERM)',
      expected: 'readiness says 503 first; 20 of 20 orders are still decided; exit code 0',
      run: async world => {
        const { service, shop } = await ownService(world, { ATALAYA_DRAIN_DELAY_MS: '1500' })
        const ended = service.end('SIGTERM')
        let ready = 200
        for (let look = 0; look < 50 && ready === 200; look++)
          ready = (await fetch(`${shop.url}/readyz`)).status
        const answers = await Promise.all(Array.from({ length: 20 }, () => verify(shop, null, newOrder())))
        const decided = answers.filter(({ status }) => status === 200).length
        return `readiness says ${ready} first; ${decided} of 20 orders are still decided; exit code ${await ended}`
      },
    },
    {
      id: 'shutdown.stuck',
      tries: 'keeping the service from ending by requests that never end, and by asking for its end again',
      expected: 'exit code 0 all the same, and it starts again',
      run: async world => {
        const { service, shop } = await ownService(world, {})
        const slow = await drip(service.url, 10, endless(shop))
        await delay(100)
        const ended = service.end('SIGTERM')
        service.child.kill('SIGINT')
        service.child.kill('SIGTERM')
        const code = await Promise.race([ended, delay(PATIENCE_MS, 'none', { ref: false })])
        slow.stop()
        const { shop: again } = await ownService(world, {})
        return `exit code ${code} all the same, and it ${(await isReady(again)) ? 'starts again' : 'is stuck'}`
      },
    },
  ],
}
