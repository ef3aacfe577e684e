import { VERSION } from '@atalaya/client'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { humanContext, launchChromium } from './chromium.ts'
import { randomModel } from './random-model.ts'
import {
  call,
  completeToken,
  loadScript,
  noted,
  SITE_KEY,
  settled,
  shopPage,
  takeToken,
  verifiedToken,
  verify,
} from './sdk-shop.ts'
import { type SiteOptions, startSite, type TestServer } from './sites.ts'

const model = randomModel(12)
const pages = {
  '/off': shopPage(loadScript({ consent: 'off' })),
  '/essential': shopPage(loadScript({ consent: 'essential' })),
  '/full': shopPage(loadScript({ consent: 'full' })),
  '/wrong': shopPage('Atalaya.load({ siteKey: 7, endpoint: location.origin })'),
  '/nothing': shopPage('Atalaya.load(); Atalaya.load(null)'),
  '/old-stub': shopPage(`Atalaya.v = '0.0'; ${loadScript()}`),
}
const FULL_ONLY = ['screen_width_px', 'webdriver', 'pointer_moves', 'key_count', 'fields_typed'] as const
let browser: Browser
let context: BrowserContext
let page: Page
const sites: TestServer[] = []

async function site(options: Partial<SiteOptions> = {}): Promise<TestServer> {
  const started = await startSite({ pages, model, ...options })
  sites.push(started)
  return started
}
const kept = () =>
  page.evaluate(async () => ({
    session: sessionStorage.length,
    local: localStorage.length,
    cookies: document.cookie,
    databases: (await indexedDB.databases()).map(({ name }) => name),
  }))

beforeAll(async () => {
  browser = await launchChromium({ humanLike: true })
})
afterAll(() => browser?.close())
beforeEach(async () => {
  context = await humanContext(browser)
  page = await context.newPage()
})
afterEach(async () => {
  await context.close()
  await Promise.all(sites.splice(0).map(one => one.close()))
})

describe('consent', () => {
  test('off: nothing is collected, kept or sent, and a token is empty', async () => {
    const { origin, requests } = await site()
    await page.goto(`${origin}/off`)
    await settled(page)
    await page.click('#add1')
    await page.fill('#name', 'Rosa')
    expect((await takeToken(page)).token).toBe('')
    expect(await kept()).toEqual({ session: 0, local: 0, cookies: '', databases: [] })
    expect(requests.map(({ path }) => path)).toEqual(['/off', '/sdk/core.js'])
  })

  test('essential: counts and an ephemeral key, no device, no behaviour, no visitor id', async () => {
    const { origin, requests } = await site()
    await page.goto(`${origin}/essential`)
    await settled(page)
    await page.click('#add1')
    const { claims, signals } = await verifiedToken(page)
    expect(claims).toMatchObject({ cm: 'essential', ks: 'ephemeral', gpc: false })
    expect(claims).not.toHaveProperty('vid')
    expect(signals).toMatchObject({ cart_adds: 1, page_views: 1, device_class: 1, storage_available: 1 })
    for (const name of FULL_ONLY) expect(signals[name]).toBeNull()
    expect((await kept()).databases).toEqual([])
    expect(requests.some(({ path }) => path.endsWith('/device.js'))).toBe(false)
  })

  test('Global Privacy Control holds full consent down to essential and is recorded', async () => {
    await context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })
    })
    const { origin, requests } = await site()
    await page.goto(`${origin}/full`)
    const { claims, signals } = await verifiedToken(page)
    expect(claims).toMatchObject({ cm: 'essential', ks: 'ephemeral', gpc: true })
    for (const name of FULL_ONLY) expect(signals[name]).toBeNull()
    expect(requests.some(({ path }) => path.endsWith('/device.js'))).toBe(false)
  })

  test('given later begins then, withdrawn later erases what it allowed', async () => {
    const { origin } = await site()
    await page.goto(`${origin}/off`)
    await settled(page)
    await call(page, 'consent', 'full')
    const full = await verifiedToken(page)
    expect(full.claims).toMatchObject({ cm: 'full', ks: 'new' })
    expect(full.signals.screen_width_px).toBe(1280)

    await call(page, 'consent', 'essential')
    const essential = await verifiedToken(page)
    expect(essential.claims).toMatchObject({ cm: 'essential', ks: 'ephemeral', sid: full.claims.sid })
    expect(essential.signals).toMatchObject({ page_views: 1, product_impressions: 2 })
    for (const name of FULL_ONLY) expect(essential.signals[name]).toBeNull()

    await call(page, 'consent', 'full')
    const again = await verifiedToken(page)
    expect(again.claims.ks).toBe('new')
    expect(again.jwk).not.toEqual(full.jwk)

    await call(page, 'consent', 'off')
    expect((await takeToken(page)).token).toBe('')
    expect((await kept()).session).toBe(0)
  })
})

describe('forget()', () => {
  test('erases key and session: what comes after is another device and another session', async () => {
    const { origin } = await site()
    await page.goto(`${origin}/full`)
    const before = await verifiedToken(page)
    await call(page, 'forget')
    const after = await verifiedToken(page)
    expect(after.claims.ks).toBe('new')
    expect(after.jwk).not.toEqual(before.jwk)
    expect(after.claims.sid).not.toBe(before.claims.sid)
  })
})

test('destroy() removes every listener and leaves history as it was', async () => {
  const { origin } = await site()
  await context.addInitScript(() => {
    const counts = { added: 0, removed: 0 }
    Object.assign(window, { counts })
    for (const target of [Window.prototype, Document.prototype, EventTarget.prototype]) {
      const { addEventListener, removeEventListener } = target
      target.addEventListener = function (this: EventTarget, ...args: Parameters<typeof addEventListener>) {
        if (String(new Error('who').stack).includes('/sdk/core.js')) counts.added++
        return addEventListener.apply(this, args)
      }
      target.removeEventListener = function (
        this: EventTarget,
        ...args: Parameters<typeof removeEventListener>
      ) {
        if (String(new Error('who').stack).includes('/sdk/core.js')) counts.removed++
        return removeEventListener.apply(this, args)
      }
    }
  })
  await page.goto(`${origin}/full`)
  await settled(page)
  await call(page, 'destroy')
  const counts = await page.evaluate(
    () => (window as unknown as { counts: { added: number; removed: number } }).counts,
  )
  expect(counts.added).toBeGreaterThan(15)
  expect(counts.removed).toBe(counts.added)
  expect((await takeToken(page)).token).toBe('')
})

describe('a token settles within 1.5 s and nothing throws', () => {
  async function hurried(): Promise<string> {
    const { token, ms } = await takeToken(page)
    expect(ms).toBeLessThan(1_500)
    expect(await noted(page)).toEqual([])
    return token
  }

  test('with a null nonce when the service never answers', async () => {
    const { origin } = await site({ hang: true })
    await page.goto(`${origin}/full`)
    const { claims } = await verify(await hurried())
    expect(claims).toMatchObject({ nonce: null, ps: null, pm: null })
  })

  test('with a null nonce when the service refuses', async () => {
    const { origin } = await site({ challenge: () => ({ status: 503 }) })
    await page.goto(`${origin}/full`)
    expect((await verify(await hurried())).claims.nonce).toBeNull()
  })

  test('with a null nonce when the service is gone', async () => {
    const { origin } = await site()
    await page.goto(`${origin}/full`)
    await settled(page)
    await page.waitForFunction(() => 'AtalayaFiles' in window)
    await context.setOffline(true)
    expect((await verify(await hurried())).claims.nonce).toBeNull()
  })

  test('without a score when the worker, or the model, is missing', async () => {
    const { origin } = await site({ missing: ['prescore-worker.js'] })
    await page.goto(`${origin}/full`)
    const { claims } = await verify(await hurried())
    expect(claims).toMatchObject({ ps: null, pm: null })
    expect(claims.nonce).not.toBeNull()
  })

  test.each(['prescore-worker.js', 'device.js', 'token.js'])(
    'without what %s brings when that is of another version',
    async name => {
      const older = (content: string) => content.replaceAll(VERSION, '0.0.9')
      const { origin } = await site({ altered: { [name]: older } })
      await page.goto(`${origin}/full`)
      const token = await hurried()
      if (name === 'token.js') expect(token).toBe('')
      else if (name === 'device.js') expect((await verify(token)).claims).not.toHaveProperty('vid')
      else expect((await verify(token)).claims.ps).toBeNull()
    },
  )

  test('without a visitor id when the device pack is blocked', async () => {
    const { origin } = await site({ missing: ['device.js'] })
    await page.goto(`${origin}/full`)
    expect((await verify(await hurried())).claims).not.toHaveProperty('vid')
  })

  test('as an empty one when what makes tokens is blocked', async () => {
    const { origin } = await site({ missing: ['token.js'] })
    await page.goto(`${origin}/full`)
    expect(await hurried()).toBe('')
  })

  test('as an empty one when the core is blocked', async () => {
    const { origin } = await site({ missing: ['core.js'] })
    await page.goto(`${origin}/full`)
    expect(await hurried()).toBe('')
  })

  test('as an empty one when the options are wrong', async () => {
    const { origin } = await site()
    await page.goto(`${origin}/wrong`)
    await settled(page)
    expect(await hurried()).toBe('')
  })

  test('as an empty one when there are no options', async () => {
    const { origin } = await site()
    await page.goto(`${origin}/nothing`)
    expect(await hurried()).toBe('')
  })

  test('as an empty one when the stub is of another version', async () => {
    const warnings: string[] = []
    page.on('console', message => warnings.push(message.text()))
    const { origin } = await site()
    await page.goto(`${origin}/old-stub`)
    await settled(page)
    expect(await hurried()).toBe('')
    expect(warnings.join()).toMatch(/renew the stub 0\.0/)
  })
})

test('no request carries anything beyond the SDK files and a challenge', async () => {
  const { origin, requests } = await site()
  const urls: string[] = []
  page.on('request', request => urls.push(`${request.method()} ${request.url()}`))
  await page.goto(`${origin}/full`)
  await page.click('#add1')
  await page.fill('#card', '4111111111111111')
  await completeToken(page)
  expect([...new Set(urls)].sort()).toEqual(
    [
      `GET ${origin}/full`,
      `GET ${origin}/sdk/core.js`,
      `GET ${origin}/sdk/${VERSION}/device.js`,
      `GET ${origin}/sdk/${VERSION}/prescore-worker.js`,
      `GET ${origin}/sdk/${VERSION}/token.js`,
      `GET ${origin}/sdk/prescore/${model.id}.json`,
      `POST ${origin}/v1/challenge`,
    ].sort(),
  )
  for (const { body, method } of requests) {
    expect(body).toBe(method === 'POST' ? JSON.stringify({ siteKey: SITE_KEY }) : '')
  }
})
