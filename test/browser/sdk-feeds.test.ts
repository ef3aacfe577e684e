import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { humanContext, launchChromium } from './chromium.ts'
import { call, loadScript, noted, SITE_KEY, settled, shopPage, verifiedToken } from './sdk-shop.ts'
import { startSite, type TestServer } from './sites.ts'

const tagManager = `window.dataLayer = [{ 'gtm.start': 1, event: 'gtm.js' }];
function gtag() { dataLayer.push(arguments) }`
const plain = '<h1>No attributes</h1>'
const marked = `<h1>Shop</h1>
<article data-atalaya-product="7"><a id="product" href="#p7">Lamp</a></article>
<article data-atalaya-product="8"><a href="#p8">Chair</a></article>
<button id="add" data-atalaya-add>Add</button><button id="remove" data-atalaya-remove>Remove</button>
<button id="checkout" data-atalaya-checkout>Checkout</button><button id="pay" data-atalaya-pay>Pay</button>`
let browser: Browser
let context: BrowserContext
let page: Page
let site: TestServer

beforeAll(async () => {
  site = await startSite({
    pages: {
      '/marked': shopPage(loadScript(), marked),
      '/marked-with-layer': shopPage(`${tagManager}; ${loadScript()}`, marked),
      '/plain': shopPage(loadScript(), plain),
      '/layer': shopPage(
        `${tagManager};
dataLayer.push({ ecommerce: null })
dataLayer.push({ event: 'view_item_list', ecommerce: { items: [{ item_id: 7 }, { item_id: '8', quantity: 3 }] } })
${loadScript()}`,
        plain,
      ),
      '/own-name': shopPage(
        `window.capas = []; Atalaya.load({ siteKey: '${SITE_KEY}', endpoint: location.origin, dataLayer: 'capas' })`,
        plain,
      ),
      '/unread': shopPage(
        `${tagManager}; Atalaya.load({ siteKey: '${SITE_KEY}', endpoint: location.origin, dataLayer: false })`,
        plain,
      ),
      '/no-consent': shopPage(`${tagManager}; ${loadScript({ consent: 'off' })}`, plain),
      '/hostile': shopPage(
        `window.dataLayer = [null, 1, 'event', [], {}, { event: {} }, { event: 'view_item_list', ecommerce: 'x' },
          { event: 'add_to_cart', get ecommerce() { throw new Error('a getter') } },
          { event: 'view_item_list', ecommerce: { items: Array.from({ length: 300000 }, (_, i) => ({ item_id: i })) } },
          { event: 'view_item_list', ecommerce: { items: [null, 1, { item_id: {} }, { item_id: 'x'.repeat(1e6) }] } },
          { event: 'toString' }, ['event', 'constructor', null], ['event', 'add_to_cart', null],
          Object.freeze({ event: 'remove_from_cart' })]
        ${loadScript()}`,
        plain,
      ),
    },
  })
  browser = await launchChromium({ humanLike: true })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
beforeEach(async () => {
  context = await humanContext(browser)
  page = await context.newPage()
})
afterEach(async () => {
  expect(await noted(page)).toEqual([])
  await context.close()
})

async function open(path: string): Promise<void> {
  await page.goto(site.origin + path)
  await settled(page)
}
/** Whether the reader of the data layer is there. */
function layerRead(): Promise<unknown> {
  return page.waitForFunction(() => {
    const { AtalayaFiles } = window as { AtalayaFiles?: object }
    return Object.keys(AtalayaFiles ?? {}).some(name => name.startsWith('datalayer@'))
  })
}
/** Whether pushes are seen. */
function attached(): Promise<unknown> {
  return page.waitForFunction(() => {
    const { dataLayer, left } = window as unknown as { dataLayer: unknown[]; left?: unknown }
    return dataLayer.push !== Array.prototype.push && dataLayer.push !== left
  })
}
function push(...entries: unknown[]): Promise<void> {
  return page.evaluate(given => {
    for (const entry of given) (window as unknown as { dataLayer: unknown[] }).dataLayer.push(entry)
  }, entries)
}
function gtag(...args: unknown[]): Promise<void> {
  return page.evaluate(given => (window as unknown as { gtag(...all: unknown[]): void }).gtag(...given), args)
}
const item = { item_id: 7, item_name: 'Lamp', price: 129.9, quantity: 2 }

describe('the same shopping', () => {
  /** Signals of the shop: what differs between the ways is how events come, not what the shopper did. */
  async function shopping(
    path: string,
    steps: readonly [list: () => unknown, ...steps: (() => unknown)[]],
  ): Promise<object> {
    await context.close()
    context = await humanContext(browser)
    page = await context.newPage()
    // The test turns the page's clock, so that every way takes exactly the same time.
    await page.addInitScript(() => {
      const startMs = Date.now()
      Object.assign(window, { elapsedMs: 0 })
      Date.now = () => startMs + (window as unknown as { elapsedMs: number }).elapsedMs
    })
    const tenSecondsLater = () =>
      page.evaluate(() => {
        Object.assign(window, { elapsedMs: (window as unknown as { elapsedMs: number }).elapsedMs + 10_000 })
      })
    await page.goto(site.origin + path)
    await settled(page)
    for (const step of steps) {
      await tenSecondsLater()
      await step()
    }
    await tenSecondsLater()
    const { signals } = await verifiedToken(page)
    return signals
  }

  test('gives the same vector by attributes, by track(), by dataLayer and by gtag()', async () => {
    const nothing = () => {}
    const click = (id: string) => () => page.evaluate(name => document.getElementById(name)?.click(), id)
    const track = (event: string, data?: object) => () => call(page, 'track', event, data)
    const layer = (event: string) => () =>
      push({ ecommerce: null }, { event, ecommerce: { currency: 'PEN', value: 259.8, items: [item] } })
    const tag = (event: string) => () => gtag('event', event, { currency: 'PEN', items: [item] })

    const events = [
      'select_item',
      'add_to_cart',
      'add_to_cart',
      'remove_from_cart',
      'begin_checkout',
      'add_payment_info',
    ]
    const byAttributes = await shopping('/marked', [
      nothing,
      ...['product', 'add', 'add', 'remove', 'checkout', 'pay'].map(click),
    ])
    const list = [{ item_id: 7 }, { item_id: 8 }]
    const byTrack = await shopping('/plain', [
      track('view_item_list', { items: list }),
      ...events.map(name => track(name)),
    ])
    const byLayer = await shopping('/layer', [nothing, ...events.map(layer)])
    const byTag = await shopping('/layer', [
      () => gtag('event', 'view_item_list', { items: list }),
      ...events.map(tag),
    ])

    // Clicks of a script are what a test can time exactly; that they are a script's is another signal.
    const shop = (signals: object) => {
      const { untrusted_events, click_count, clicks_without_move, ...rest } = signals as Record<
        string,
        unknown
      >
      return rest
    }
    expect(shop(byAttributes)).toMatchObject({
      product_impressions: 2,
      product_clicks: 1,
      cart_adds: 2,
      cart_removes: 1,
      payment_attempts: 1,
      add_to_pay_ms: 50_000,
      checkout_ms: 20_000,
    })
    expect(shop(byTrack)).toEqual(shop(byAttributes))
    expect(shop(byLayer)).toEqual(shop(byAttributes))
    expect(shop(byTag)).toEqual(shop(byAttributes))
  })
})

describe('the data layer', () => {
  const counts = async () => (await verifiedToken(page)).signals

  test('is not asked for where the page has none', async () => {
    const before = site.requests.length
    await open('/plain')
    await verifiedToken(page)
    const asked = site.requests.slice(before).map(({ path }) => path)
    expect(asked.filter(path => path.endsWith('datalayer.js'))).toEqual([])
  })

  test('is read under a name of its own, or not at all, as the shop says', async () => {
    await open('/own-name')
    await layerRead()
    await page.evaluate(() =>
      (window as unknown as { capas: unknown[] }).capas.push({ event: 'add_to_cart', ecommerce: {} }),
    )
    expect(await counts()).toMatchObject({ cart_adds: 1 })

    await open('/unread')
    await push({ event: 'add_to_cart' })
    expect(await counts()).toMatchObject({ cart_adds: 1 })
  })

  test('is read when the page makes it later, at the latest when the shopper comes near a payment', async () => {
    await open('/plain')
    await page.evaluate(() => {
      Object.assign(window, { dataLayer: [{ event: 'add_to_cart' }] })
    })
    await call(page, 'track', 'begin_checkout')
    await layerRead()
    expect(await counts()).toMatchObject({ cart_adds: 1 })
  })

  test('counts a product once a page, however often a list is rendered and whatever type its id has', async () => {
    await open('/layer')
    await push({
      event: 'view_item_list',
      ecommerce: { items: [{ item_id: '7' }, { item_id: 8 }, { item_id: 9 }] },
    })
    expect(await counts()).toMatchObject({ product_impressions: 3 })
  })

  test('leaves what the page also marks, or also tracks, to those', async () => {
    await open('/marked-with-layer')
    await layerRead()
    await push({ event: 'view_item_list', ecommerce: { items: [item, { item_id: 8 }, { item_id: 9 }] } })
    await page.click('#add')
    await push({ event: 'add_to_cart', ecommerce: { items: [item] } })
    await page.click('#product')
    await push({ event: 'select_item', ecommerce: { items: [item] } })
    await call(page, 'track', 'begin_checkout')
    await push({ event: 'begin_checkout' }, { event: 'add_payment_info' })
    expect(await counts()).toMatchObject({
      product_impressions: 2,
      product_clicks: 1,
      cart_adds: 1,
      payment_attempts: 1,
    })
  })

  test('is left alone without consent, and what was pushed while it was withdrawn stays unread', async () => {
    await open('/no-consent')
    await push({ event: 'add_to_cart' })
    expect(site.requests.at(-1)?.path).not.toMatch(/datalayer/)
    await call(page, 'consent', 'essential')
    await attached()
    await call(page, 'consent', 'off')
    await push({ event: 'remove_from_cart' })
    await page.evaluate(() => {
      const { dataLayer } = window as unknown as { dataLayer: { push: unknown } }
      Object.assign(window, { left: dataLayer.push })
    })
    await call(page, 'consent', 'essential')
    await attached()
    await push({ event: 'remove_from_cart' })
    expect(await counts()).toMatchObject({ cart_removes: 1 })
  })

  test('may hold anything: nothing throws, and what is an event counts', async () => {
    await open('/hostile')
    await layerRead()
    await push({ event: 'add_to_cart' })
    const { product_impressions, ...rest } = await counts()
    // Of a list the first 500 items are looked at; one that does not say what it holds counts as one product.
    expect(product_impressions).toBe(500 + 4 + 1)
    expect(rest).toMatchObject({ cart_adds: 2, cart_removes: 1 })
  })

  test('works with a tag manager that replaces push and drops old entries', async () => {
    await open('/layer')
    await layerRead()
    const returned = await page.evaluate(() => {
      const { dataLayer } = window as unknown as { dataLayer: unknown[] }
      const { push: before } = dataLayer
      dataLayer.push = (...entries: unknown[]) => {
        const length = before.apply(dataLayer, entries)
        dataLayer.splice(0, dataLayer.length - 1)
        return length
      }
      return [
        dataLayer.push({ event: 'add_to_cart' }),
        dataLayer.push({ event: 'add_to_cart' }, { event: 'x' }),
      ]
    })
    expect(returned).toEqual([4, 3])
    expect(await counts()).toMatchObject({ cart_adds: 2 })
  })
})

test('a marked event counts when it is in the page, once, and when the page adds it', async () => {
  await open('/plain')
  await page.evaluate(() => {
    const said = document.createElement('p')
    said.dataset['atalayaEvent'] = 'payment_failed'
    document.body.append(said)
  })
  await page.waitForTimeout(50)
  await call(page, 'consent', 'essential')
  expect((await verifiedToken(page)).signals.payment_failures).toBe(1)
})
