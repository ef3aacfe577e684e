import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { humanContext, launchChromium } from './chromium.ts'
import { loadScript, noted, ORDER, settled, shopPage, verify } from './sdk-shop.ts'
import { type SiteOptions, startSite, type TestServer } from './sites.ts'

const order = `data-atalaya-order="${ORDER.id}" data-atalaya-amount="${ORDER.amountMinor}" data-atalaya-currency="${ORDER.currency}"`
const fields = `<input name="name" value="Rosa"><input name="submit" value="hides the method">
<button id="pay" name="way" value="card">Pay</button>
<button id="later" name="way" value="cash" formaction="/later">Pay later</button>`
const pages = {
  '/form': shopPage(
    loadScript(),
    `<form id="form" method="post" action="/order" data-atalaya-token ${order}>${fields}</form>`,
  ),
  '/field': shopPage(
    loadScript(),
    `<form id="form" method="post" action="/order"><input type="hidden" name="proof" data-atalaya-token ${order}>${fields}</form>`,
  ),
  '/named': shopPage(
    loadScript(),
    `<form id="form" method="post" action="/order" data-atalaya-token="prueba" data-atalaya-action="login">${fields}</form>`,
  ),
  '/off': shopPage(
    loadScript({ consent: 'off' }),
    `<form id="form" method="post" action="/order" data-atalaya-token ${order}>${fields}</form>`,
  ),
  '/wrong-order': shopPage(
    loadScript(),
    `<form id="form" method="post" action="/order" data-atalaya-token data-atalaya-order="A" data-atalaya-amount="12,90">${fields}</form>`,
  ),
  '/unmarked': shopPage(loadScript(), `<form id="form" method="post" action="/order">${fields}</form>`),
  '/order': 'ordered',
  '/later': 'ordered for later',
}
let browser: Browser
let context: BrowserContext
let page: Page
let site: TestServer

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
  await site.close()
})

/** Opens a form and waits for what makes tokens, unless that is missing. */
async function open(path: string, options: Partial<SiteOptions> = {}): Promise<void> {
  site = await startSite({ pages, ...options })
  await page.goto(site.origin + path)
  if (options.missing?.includes('core.js')) return
  await settled(page)
  if (path !== '/off') await page.waitForFunction(() => 'AtalayaFiles' in window)
  expect(await noted(page)).toEqual([])
}

/** What the shop's server got: one submission, and its fields. */
async function sent(path = '/order'): Promise<{ [name: string]: string }> {
  await page.waitForURL(`**${path}`)
  const posts = site.requests.filter(request => request.method === 'POST' && request.path !== '/v1/challenge')
  expect(posts.map(request => request.path)).toEqual([path])
  return Object.fromEntries(new URLSearchParams(posts[0]?.body))
}

test('a marked form takes a token with it, bound to the order that it names', async () => {
  await open('/form')
  await page.click('#pay')
  const { atalayaToken = '', ...rest } = await sent()
  expect(rest).toEqual({ name: 'Rosa', submit: 'hides the method', way: 'card' })
  const { claims } = await verify(atalayaToken)
  expect(claims.act).toBe('checkout')
  expect(claims.ob).not.toBeNull()
  expect(claims.nonce).not.toBeNull()
})

test('a marked field of any name carries it as well', async () => {
  await open('/field')
  await page.click('#pay')
  const { proof = '' } = await sent()
  expect((await verify(proof)).claims.ob).not.toBeNull()
})

test('the form names the field and the action', async () => {
  await open('/named')
  await page.click('#pay')
  const { prueba = '' } = await sent()
  expect((await verify(prueba)).claims).toMatchObject({ act: 'login', ob: null })
})

test('the button that was pressed keeps its say over where the form goes', async () => {
  await open('/form')
  await page.click('#later')
  expect(await sent('/later')).toMatchObject({ way: 'cash' })
})

test('requestSubmit() is a submission like any other', async () => {
  await open('/form')
  await page.evaluate(() => (document.getElementById('form') as HTMLFormElement).requestSubmit())
  const { atalayaToken = '', way } = await sent()
  expect((await verify(atalayaToken)).claims.act).toBe('checkout')
  expect(way).toBeUndefined()
})

test("pressed again and again it is sent once, and the page's handlers hear of nothing but the presses", async () => {
  await open('/form', { hang: true })
  await page.evaluate(() => {
    const form = document.getElementById('form') as HTMLFormElement
    form.addEventListener('submit', () => {
      sessionStorage['asked'] = Number(sessionStorage['asked'] ?? 0) + 1
    })
  })
  for (let press = 0; press < 3; press++) {
    await page.evaluate(() => document.getElementById('pay')?.click())
  }
  await sent()
  expect(await page.evaluate(() => sessionStorage['asked'])).toBe('3')
})

test('a submission that the page prevents stays prevented', async () => {
  await open('/form')
  await page.evaluate(() => {
    document.addEventListener('submit', event => event.preventDefault())
  })
  await page.click('#pay')
  await page.waitForTimeout(400)
  expect(page.url()).toBe(`${site.origin}/form`)
  expect(await page.evaluate(() => document.querySelectorAll('[name=atalayaToken]').length)).toBe(0)
})

test('a form that was not marked, and one without consent, are not touched', async () => {
  await open('/unmarked')
  await page.click('#pay')
  expect(await sent()).not.toHaveProperty('atalayaToken')
  await site.close()
  await open('/off')
  await page.click('#pay')
  expect(await sent()).not.toHaveProperty('atalayaToken')
})

test.each([
  ['/form', 'when the service does not answer', { hang: true }],
  ['/form', 'when the core is blocked', { missing: ['core.js'] }],
  ['/wrong-order', 'when its amount is none', {}],
])('the form %s is sent within 1.5 s %s', async (path, _when, options) => {
  await open(path, options)
  const pressedMs = Date.now()
  await page.click('#pay', { noWaitAfter: true })
  const { name } = await sent()
  expect(name).toBe('Rosa')
  // The limit is the SDK's; what a busy machine adds to a page load is not.
  expect(Date.now() - pressedMs).toBeLessThan(5_000)
})
