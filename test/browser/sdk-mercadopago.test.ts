import { createHash } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { humanContext, launchChromium } from './chromium.ts'
import { noted, SITE_KEY, shopPage, takeToken, verify } from './sdk-shop.ts'
import { startSite, type TestServer } from './sites.ts'

const ID = 'armor.4ef1a3b07c.9d2f'
const hash = createHash('sha256').update(ID).digest('base64url')
/** Loads the SDK with the plug-in; `security` stands for what Mercado Pago's script does to the page. */
const withPlugin = (options: string, security: string, body = '<h1>Checkout</h1>') =>
  shopPage(
    `window.handed = []; ${security}
Atalaya.load({ siteKey: '${SITE_KEY}', endpoint: location.origin, mercadopago: ${options} })`,
    body,
  )
const hand = '{ onDeviceId: id => handed.push(id) }'
let browser: Browser
let context: BrowserContext
let page: Page
let site: TestServer

beforeAll(async () => {
  browser = await launchChromium({ humanLike: true })
  site = await startSite({
    pages: {
      '/ready': withPlugin(hand, `window.MP_DEVICE_SESSION_ID = '${ID}'`),
      '/late': withPlugin(hand, `setTimeout(() => { window.MP_DEVICE_SESSION_ID = '${ID}' }, 600)`),
      '/output': withPlugin(
        `{ output: 'vtex.deviceFingerprint', onDeviceId: id => handed.push(id) }`,
        `window.vtex = { deviceFingerprint: '${ID}' }`,
      ),
      '/field': withPlugin(
        'true',
        '',
        `<input type="hidden" id="deviceId" value="${ID}"><input type="hidden" id="mine" data-atalaya-mercadopago>`,
      ),
      '/never': withPlugin(hand, ''),
      '/nonsense': withPlugin(hand, "window.MP_DEVICE_SESSION_ID = 'undefined'"),
      '/object': withPlugin(hand, 'window.MP_DEVICE_SESSION_ID = { get id() { throw 1 } }'),
      '/throws': withPlugin(
        "{ onDeviceId() { throw new Error('the shop') } }",
        `window.MP_DEVICE_SESSION_ID = '${ID}'`,
      ),
      '/without': withPlugin('undefined', `window.MP_DEVICE_SESSION_ID = '${ID}'`),
      '/wrong': withPlugin('{ output: 7 }', `window.MP_DEVICE_SESSION_ID = '${ID}'`),
    },
  })
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

async function token(path: string): Promise<{ mp: string | undefined; handed: unknown; text: string }> {
  await page.goto(site.origin + path)
  const { token } = await takeToken(page)
  const { claims } = await verify(token)
  const handed = await page.evaluate(() => (window as unknown as { handed: unknown }).handed)
  return { mp: claims.mp, handed, text: JSON.stringify(claims) }
}

describe("a token is bound to Mercado Pago's device id", () => {
  test.each(['/ready', '/late', '/output'])('that is %s, and the shop gets the id itself', async path => {
    const { mp, handed, text } = await token(path)
    expect(mp).toBe(hash)
    expect(handed).toEqual([ID])
    expect(text).not.toContain(ID)
  })

  test('that lies in the field of the page, and the field that the shop marked gets it', async () => {
    expect((await token('/field')).mp).toBe(hash)
    expect(await page.inputValue('#mine')).toBe(ID)
  })

  test('whatever the callback of the shop does', async () => {
    expect((await token('/throws')).mp).toBe(hash)
  })
})

test.each(['/never', '/nonsense', '/object', '/wrong', '/without'])(
  'a page with an id that is %s has its token without one',
  async path => {
    const { mp, handed } = await token(path)
    expect(mp).toBeUndefined()
    expect(handed).toEqual([])
  },
)
