import { createPreScorer, orderBinding } from '@atalaya/client/contract'
import { calculateJwkThumbprint } from 'jose'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { humanContext, launchChromium } from './chromium.ts'
import { randomModel } from './random-model.ts'
import {
  call,
  completeToken,
  esmPage,
  loadScript,
  noted,
  ORDER,
  SITE_KEY,
  settled,
  shopPage,
  takeToken,
  verifiedToken,
  verify,
} from './sdk-shop.ts'
import { startSite, type TestServer } from './sites.ts'

const model = randomModel(11)
const pages = { '/': shopPage(loadScript()), '/esm': esmPage }
let browser: Browser
let context: BrowserContext
let page: Page
let site: TestServer
let withoutWorkers: TestServer

beforeAll(async () => {
  site = await startSite({ pages, model })
  withoutWorkers = await startSite({ pages, model, withoutWorkers: true })
  browser = await launchChromium({ humanLike: true })
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([site?.close(), withoutWorkers?.close()])
})
beforeEach(async () => {
  context = await humanContext(browser)
  page = await context.newPage()
})
afterEach(() => context.close())

describe('a token of the script tag', () => {
  test('verifies with jose and says what happened on the page', async () => {
    const before = Date.now()
    await page.goto(site.origin)
    const { claims } = await completeToken(page)
    expect(claims).toMatchObject({
      iss: SITE_KEY,
      aud: site.origin,
      origin: site.origin,
      act: 'checkout',
      ob: await orderBinding(ORDER),
      fs: 'sig-1',
      pm: model.id,
      ks: 'new',
      cm: 'full',
      gpc: false,
      sv: '0.1.0',
    })
    expect(claims.exp - claims.iat).toBe(300)
    expect(Math.abs(claims.iat * 1000 - before)).toBeLessThan(20_000)
    expect(claims.nonce).toMatch(/^[\w-]{32}$/)
    expect(claims.vid).toMatch(/^[0-9a-f]{32}$/)
    expect(await noted(page)).toEqual([])
  })

  test('has its own id and its own nonce each time', async () => {
    await page.goto(site.origin)
    const [one, other] = [await verifiedToken(page), await verifiedToken(page)]
    expect(one.claims.jti).not.toBe(other.claims.jti)
    expect(one.claims.nonce).not.toBe(other.claims.nonce)
    expect(one.claims.sid).toBe(other.claims.sid)
  })

  test('corrects the time of a page whose clock is wrong', async () => {
    await context.addInitScript(() => {
      const real = Date.now
      Date.now = () => real() - 3 * 3_600_000
    })
    await page.goto(site.origin)
    const { token } = await takeToken(page)
    const { claims } = await verify(token)
    expect(Math.abs(claims.iat * 1000 - Date.now())).toBeLessThan(10_000)
  })

  test('is empty, with a warning that names the fault, when the order is not one', async () => {
    const warnings: string[] = []
    page.on('console', message => warnings.push(message.text()))
    await page.goto(site.origin)
    await settled(page)
    const request = { action: 'checkout', order: { id: '1', amountMinor: 12.5, currency: 'PEN' } }
    expect(await call(page, 'token', request)).toBe('')
    expect(warnings.join()).toMatch(/amountMinor must be an integer/)
  })
})

describe('the device key', () => {
  test('is new at first, kept over a reload, and the same key', async () => {
    await page.goto(site.origin)
    const first = await verifiedToken(page)
    await page.reload()
    const second = await verifiedToken(page)
    expect([first.claims.ks, second.claims.ks]).toEqual(['new', 'kept'])
    expect(second.jwk).toEqual(first.jwk)
    expect(await calculateJwkThumbprint(second.jwk as never)).toMatch(/^[\w-]{43}$/)
  })

  test('is one key when two tabs start together', async () => {
    const other = await context.newPage()
    await Promise.all([page.goto(site.origin), other.goto(site.origin)])
    const [one, two] = await Promise.all([verifiedToken(page), verifiedToken(other)])
    expect(one.jwk).toEqual(two.jwk)
    expect([one.claims.ks, two.claims.ks].sort()).toEqual(['kept', 'new'])
  })

  test('cannot be exported from where it is stored', async () => {
    await page.goto(site.origin)
    await takeToken(page)
    const outcome = await page.evaluate(async () => {
      const opening = indexedDB.open('atalaya')
      const database = await new Promise<IDBDatabase>(resolve => {
        opening.onsuccess = () => resolve(opening.result)
      })
      const getting = database.transaction('keys').objectStore('keys').get('device')
      await new Promise(resolve => {
        getting.onsuccess = resolve
      })
      const { privateKey } = getting.result as { privateKey: CryptoKey }
      return crypto.subtle.exportKey('jwk', privateKey).then(
        () => 'exported',
        (error: Error) => error.name,
      )
    })
    expect(outcome).toBe('InvalidAccessError')
  })

  test('lives in memory where storage never answers, and the token is in time', async () => {
    await page.goto(site.origin)
    await settled(page)
    await page.evaluate(() => {
      void navigator.locks.request('atalaya-key', () => new Promise(() => {}))
    })
    const { token, ms } = await takeToken(page)
    expect((await verify(token)).claims.ks).toBe('ephemeral')
    expect(ms).toBeLessThan(1_500)
  })

  test('lives in memory and is called ephemeral where the browser refuses IndexedDB', async () => {
    await context.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', {
        get() {
          throw new DOMException('refused', 'SecurityError')
        },
      })
    })
    await page.goto(site.origin)
    expect((await verifiedToken(page)).claims.ks).toBe('ephemeral')
  })
})

describe('the pre-score of a browser', () => {
  test('is the one that Node computes again, to the bit', async () => {
    await page.goto(site.origin)
    const { claims } = await completeToken(page)
    expect(claims.ps).toBe(createPreScorer(model)(claims.f))
  })

  test('comes from the idle main thread, with the same bits, where workers are refused', async () => {
    await page.goto(withoutWorkers.origin)
    const { claims } = await completeToken(page)
    expect(claims.pm).toBe(model.id)
    expect(claims.ps).toBe(createPreScorer(model)(claims.f))
    expect(withoutWorkers.requests.some(({ path }) => path.endsWith('/prescore-worker.js'))).toBe(true)
  })
})

describe('a service of another origin', () => {
  test('serves a shop under the strict policy; the pre-score comes from the main thread', async () => {
    const shop = await startSite({
      pages: { '/': shopPage(loadScript({ endpoint: site.origin })) },
      service: site.origin,
    })
    try {
      await page.goto(shop.origin)
      const { claims } = await completeToken(page)
      expect(claims).toMatchObject({ aud: site.origin, origin: shop.origin, pm: model.id })
      expect(claims.ps).toBe(createPreScorer(model)(claims.f))
      expect(await noted(page)).toEqual([])
    } finally {
      await shop.close()
    }
  })

  test('scores in a worker that the shop serves itself', async () => {
    const load = loadScript({ endpoint: site.origin }).replace(
      ' })',
      ", workerUrl: '/sdk/prescore-worker.js' })",
    )
    const shop = await startSite({ pages: { '/': shopPage(load) }, service: site.origin })
    try {
      await page.goto(shop.origin)
      await completeToken(page)
      expect(page.workers().map(worker => worker.url())).toEqual([`${shop.origin}/sdk/prescore-worker.js`])
    } finally {
      await shop.close()
    }
  })
})

describe('the ESM build', () => {
  test('makes the same kind of token under the strict policy', async () => {
    await page.goto(`${site.origin}/esm`)
    await page.waitForFunction(() => 'agent' in window)
    const { claims } = await completeToken(page)
    expect(claims.ps).toBe(createPreScorer(model)(claims.f))
    expect(claims.vid).toMatch(/^[0-9a-f]{32}$/)
    expect(await noted(page)).toEqual([])
  })

  test('falls back to the main thread where workers are refused', async () => {
    await page.goto(`${withoutWorkers.origin}/esm`)
    await page.waitForFunction(() => 'agent' in window)
    const { claims } = await completeToken(page)
    expect(claims.ps).toBe(createPreScorer(model)(claims.f))
  })

  test('can be imported where there is no page', async () => {
    const { load } = await import('@atalaya/client')
    const agent = load({ siteKey: 'pk', endpoint: 'https://fraud.example.com', consent: 'full' })
    agent.track('purchase')
    expect(await agent.token({ action: 'checkout' })).toBe('')
  })
})
