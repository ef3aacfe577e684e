import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Storefront, startStorefront } from '../support/storefront.ts'
import { humanContext, launchChromium } from './chromium.ts'

let browser: Browser
let context: BrowserContext
let page: Page
let shop: Storefront
let faults: string[]

beforeAll(async () => {
  shop = await startStorefront('storefront-html')
  browser = await launchChromium({ humanLike: true })
})
afterAll(async () => {
  await browser?.close()
  await shop?.stop()
})
beforeEach(async () => {
  context = await humanContext(browser)
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  faults = []
  page.on('pageerror', error => faults.push(error.message))
  await page.addInitScript(() => {
    // A page cannot tell this test of a violation under its own policy but by the console.
    addEventListener('securitypolicyviolation', event => console.error(`refused: ${event.blockedURI}`))
  })
  page.on('console', message => message.text().startsWith('refused') && faults.push(message.text()))
})
afterEach(() => context.close())

async function buy(): Promise<void> {
  await page.goto(shop.origin)
  await page.click('text=Lamp of Cusco')
  await page.click('text=Add to cart')
  await page.click('text=Checkout')
  await page.fill('[name=name]', 'Rosa Quispe')
  await page.fill('[name=email]', 'rosa@example.com')
  await page.click('[data-atalaya-pay]')
  await page.waitForSelector('#verdict')
}

test('an order of the plain storefront is decided with a token that the service accepts', async () => {
  await buy()
  expect(await page.textContent('[data-token]')).toBe('ok')
  expect(await page.textContent('[data-decision]')).toMatch(/^(allow|challenge|review|deny)$/)
  // Only pages of another origin need a worker of their own origin; that it is refused here is by design.
  expect(faults.filter(fault => !fault.includes('prescore-worker'))).toEqual([])
})

test('an order is taken for review when the SDK is blocked, or the service is away', async () => {
  await page.route('**/sdk/**', route => route.abort())
  await buy()
  expect(await page.textContent('[data-token]')).toBe('absent')
  await shop.endService()
  await buy()
  expect(await page.textContent('[data-decision]')).toBe('review')
})
