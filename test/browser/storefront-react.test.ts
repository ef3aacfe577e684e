import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Storefront, startStorefront } from '../support/storefront.ts'
import { humanContext, launchChromium } from './chromium.ts'

const example = fileURLToPath(new URL('../../examples/storefront-react/', import.meta.url))
let browser: Browser
let shop: Storefront

beforeAll(async () => {
  // Vitest's own value would bundle React's development build.
  process.env['NODE_ENV'] = 'production'
  await build({ root: example, logLevel: 'warn' })
  shop = await startStorefront('storefront-react')
  browser = await launchChromium({ humanLike: true })
})
afterAll(async () => {
  await browser?.close()
  await shop?.stop()
})

test('the bundle brings the pre-score worker along', () => {
  expect(readdirSync(`${example}dist/assets`).join()).toMatch(/prescore-worker/)
})

test('an order of the React storefront is decided with a token of one session, strict mode or not', async () => {
  const page = await (await humanContext(browser)).newPage()
  page.setDefaultTimeout(10_000)
  const faults: string[] = []
  const challenges: string[] = []
  page.on('pageerror', error => faults.push(error.message))
  page.on('console', message => faults.push(message.text()))
  page.on('request', request => {
    if (request.url().endsWith('/v1/challenge')) challenges.push(request.url())
  })
  await page.goto(shop.origin)
  await page.click('text=Look at Lamp of Cusco')
  await page.click('text=Add to cart')
  await page.click('text=Checkout')
  await page.fill('[name=email]', 'rosa@example.com')
  await page.click('button[type=submit]')
  await page.waitForSelector('#verdict')
  expect(await page.textContent('[data-token]')).toBe('ok')
  expect(await page.textContent('[data-decision]')).toMatch(/^(allow|challenge|review|deny)$/)
  expect(faults).toEqual([])
  expect(challenges.length).toBeLessThanOrEqual(2)
})
