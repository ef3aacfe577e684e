import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clickLikeAPerson, humanContext, launchChromium } from './chromium.ts'
import { call, loadScript, noted, settled, shopPage, verifiedToken } from './sdk-shop.ts'
import { startSite, type TestServer } from './sites.ts'

let browser: Browser
let context: BrowserContext
let page: Page
let site: TestServer

beforeAll(async () => {
  site = await startSite({
    pages: {
      '/': shopPage(loadScript()),
      '/plain': shopPage(loadScript(), '<h1>No attributes</h1>'),
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

async function open(path = '/'): Promise<void> {
  await page.goto(site.origin + path)
  await settled(page)
}

describe('the shop', () => {
  test('is counted by attributes as it is by track()', async () => {
    await open()
    await page.click('#p1')
    await page.click('#add1')
    await page.click('#add1')
    await page.click('#remove')
    const byAttributes = (await verifiedToken(page)).signals

    const other = await (await humanContext(browser)).newPage()
    await other.goto(`${site.origin}/plain`)
    await settled(other)
    await call(other, 'track', 'view_item_list', { items: [{ item_id: 'p1' }, { item_id: 'p2' }] })
    await call(other, 'track', 'select_item', { items: [{ item_id: 'p1' }] })
    await call(other, 'track', 'add_to_cart')
    await call(other, 'track', 'add_to_cart')
    await call(other, 'track', 'remove_from_cart')
    const byTrack = (await verifiedToken(other)).signals

    const expected = { product_impressions: 2, product_clicks: 1, cart_adds: 2, cart_removes: 1 }
    expect(byAttributes).toMatchObject(expected)
    expect(byTrack).toMatchObject(expected)
    await other.context().close()
  })

  test('counts a product when it comes into view, once, and products that the page adds', async () => {
    await open()
    expect((await verifiedToken(page)).signals.product_impressions).toBe(2)
    await page.locator('[data-atalaya-product="p9"]').scrollIntoViewIfNeeded()
    await page.evaluate(() => {
      const added = document.createElement('article')
      added.setAttribute('data-atalaya-product', 'p10')
      added.textContent = 'Added'
      document.body.append(added)
      added.scrollIntoView()
    })
    await page.waitForTimeout(200)
    expect((await verifiedToken(page)).signals.product_impressions).toBe(4)
  })

  test('measures from the first add and from the start of checkout to the token', async () => {
    await open('/plain')
    expect((await verifiedToken(page)).signals).toMatchObject({
      first_add_ms: null,
      add_to_pay_ms: null,
      checkout_ms: null,
    })
    await call(page, 'track', 'add_to_cart')
    await page.waitForTimeout(400)
    await call(page, 'track', 'begin_checkout')
    await page.waitForTimeout(300)
    const { signals } = await verifiedToken(page)
    expect(signals.add_to_pay_ms).toBeGreaterThanOrEqual(700)
    expect(signals.checkout_ms).toBeGreaterThanOrEqual(300)
    expect(signals.checkout_ms ?? 0).toBeLessThan(signals.add_to_pay_ms ?? 0)
    expect(signals.session_duration_ms ?? 0).toBeGreaterThanOrEqual(signals.add_to_pay_ms ?? 0)
  })

  test('counts payment attempts and their failures', async () => {
    await open('/plain')
    await call(page, 'track', 'add_payment_info')
    await call(page, 'track', 'payment_failed')
    await call(page, 'track', 'payment_failed')
    expect((await verifiedToken(page)).signals).toMatchObject({ payment_attempts: 2, payment_failures: 2 })
  })
})

describe('the session', () => {
  test('goes over page loads of a tab', async () => {
    await open()
    await page.click('#add1')
    const first = await verifiedToken(page)
    await page.goto(`${site.origin}/plain`)
    const second = await verifiedToken(page)
    expect(second.claims.sid).toBe(first.claims.sid)
    expect(second.signals).toMatchObject({ page_views: 2, cart_adds: 1, hidden_count: 0 })
    expect(second.signals.session_duration_ms).toBeGreaterThanOrEqual(first.signals.session_duration_ms ?? 0)
  })

  test('counts the views of a single-page application, but not anchors', async () => {
    await open('/plain')
    await page.evaluate(() => {
      history.pushState({}, '', '/product/1')
      history.pushState({}, '', '/product/1#reviews')
      history.replaceState({ scroll: 1 }, '', '/product/1#reviews')
      history.pushState({}, '', '/cart?step=2')
    })
    await page.goBack()
    await page.waitForTimeout(100)
    expect((await verifiedToken(page)).signals.page_views).toBe(4)
  })

  test('counts a return from the back/forward cache as a view', async () => {
    await open('/plain')
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    })
    expect((await verifiedToken(page)).signals).toMatchObject({ page_views: 2, hidden_count: 0 })
  })

  test('notes when the page is hidden and stops the visible time', async () => {
    await open('/plain')
    await page.evaluate(() => {
      const hide = (state: string) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }
      hide('hidden')
      setTimeout(hide, 600, 'visible')
    })
    await page.waitForTimeout(700)
    const { signals } = await verifiedToken(page)
    expect(signals.hidden_count).toBe(1)
    expect((signals.session_duration_ms ?? 0) - (signals.visible_duration_ms ?? 0)).toBeGreaterThanOrEqual(
      500,
    )
  })

  test('is one over the tabs of a shop', async () => {
    await open()
    await page.click('#add1')
    const other = await context.newPage()
    await other.goto(`${site.origin}/plain`)
    await settled(other)
    await page.click('#add1')
    await page.click('#remove')
    const [one, two] = [await verifiedToken(page), await verifiedToken(other)]
    expect(two.claims.sid).toBe(one.claims.sid)
    expect(two.signals).toMatchObject({ cart_adds: 2, cart_removes: 1, page_views: 2 })
    expect(two.signals.session_duration_ms).toBeGreaterThanOrEqual(one.signals.session_duration_ms ?? 0)
  })

  test('begins anew with reset()', async () => {
    await open()
    await page.click('#add1')
    const before = await verifiedToken(page)
    await call(page, 'reset')
    const after = await verifiedToken(page)
    expect(after.claims.sid).not.toBe(before.claims.sid)
    expect(after.claims.nonce).not.toBe(before.claims.nonce)
    expect(after.signals).toMatchObject({ cart_adds: 0, product_impressions: 0, page_views: 1 })
    expect(after.signals.session_duration_ms).toBeLessThan(before.signals.session_duration_ms ?? 0)
  })

  test('takes up what was called before the core was there', async () => {
    await page.goto(`${site.origin}/plain`)
    await page.evaluate(() => {
      const { track } = window['Atalaya' as never] as unknown as { track(event: string): void }
      track('add_to_cart')
    })
    expect((await verifiedToken(page)).signals.cart_adds).toBe(1)
  })
})

describe('interaction', () => {
  test('is counted for a person at a form, without what was typed', async () => {
    await open()
    await clickLikeAPerson(page, '#name')
    await page.keyboard.type('Rosa Quispe', { delay: 30 })
    await page.keyboard.press('Backspace')
    const { signals, claims } = await verifiedToken(page)
    expect(signals).toMatchObject({
      webdriver: 0,
      automation_signs: 0,
      device_class: 1,
      platform_mismatch: 0,
      time_zone_offset_min: -300,
      click_count: 1,
      clicks_without_move: 0,
      key_count: 12,
      key_corrections: 1,
      fields_typed: 1,
      fields_pasted: 0,
      card_pasted: null,
      untrusted_events: 0,
    })
    expect(signals.pointer_moves).toBeGreaterThanOrEqual(10)
    expect(signals.pointer_distance_px).toBeGreaterThan(50)
    expect(signals.key_interval_mean_ms).toBeGreaterThanOrEqual(25)
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }))
    expect(`${kept}${JSON.stringify(claims)}`).not.toMatch(/Rosa|Quispe/)
  })

  test.each(['#card', '#free'])('tells that the card field %s was pasted', async selector => {
    await open()
    await page.evaluate(() => {
      addEventListener('copy', event => {
        event.clipboardData?.setData('text/plain', '4111111111111111')
        event.preventDefault()
      })
    })
    await page.focus(selector)
    await page.keyboard.press('Control+C')
    await page.keyboard.press('Control+V')
    expect(await page.inputValue(selector)).toBe('4111111111111111')
    expect((await verifiedToken(page)).signals).toMatchObject({ card_pasted: 1, fields_pasted: 1 })
  })

  test('shows clicks that a script makes', async () => {
    await open()
    await page.evaluate(() => document.querySelector<HTMLElement>('#add1')?.click())
    expect((await verifiedToken(page)).signals).toMatchObject({
      untrusted_events: 1,
      click_count: 1,
      clicks_without_move: 1,
      cart_adds: 1,
    })
  })
})

test('a driven browser says so', async () => {
  const driven = await launchChromium()
  try {
    const drivenPage = await driven.newPage()
    await drivenPage.goto(site.origin)
    const { signals } = await verifiedToken(drivenPage)
    expect(signals).toMatchObject({ webdriver: 1, device_class: 4 })
    expect(signals.automation_signs).toBeGreaterThanOrEqual(1)
  } finally {
    await driven.close()
    await page.goto(site.origin)
  }
})
