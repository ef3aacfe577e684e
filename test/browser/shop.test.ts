import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DemoProcess, startDemoProcess } from '../support/demo-process.ts'
import { clickLikeAPerson, humanContext, launchChromium } from './chromium.ts'

const CARD = '4509 9535 6623 3704'
let demo: DemoProcess
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  demo = await startDemoProcess()
  browser = await launchChromium({ humanLike: true })
})
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})
beforeEach(async () => {
  context = await humanContext(browser)
  page = await context.newPage()
})
afterEach(() => context.close())

describe('a purchase in the demo shop', () => {
  test('of a person who looks around, chooses and types is allowed', async () => {
    await page.goto(`${demo.url}/shop`)
    await lookAround(page)
    await clickLikeAPerson(page, '[data-atalaya-product="zap-misti"] a')
    await page.waitForURL('**/shop/p/zap-misti')
    await page.waitForTimeout(2500)
    await page.goBack()
    await lookAround(page)
    await clickLikeAPerson(page, '[data-atalaya-product="caf-villa-rica"] a')
    await page.waitForURL('**/shop/p/caf-villa-rica')
    await page.waitForTimeout(2000)
    await clickLikeAPerson(page, 'main .primary')
    await page.waitForURL('**/shop/cart')
    await page.waitForTimeout(1500)
    await clickLikeAPerson(page, '[data-atalaya-checkout]')
    await page.waitForURL('**/shop/checkout')
    await typeLikeAPerson(page, '[name=address]', 'Av. Larco 345')
    await typeLikeAPerson(page, '[name=card]', CARD)
    await typeLikeAPerson(page, '[name=cardName]', 'Rosa Quispe')
    await typeLikeAPerson(page, '[name=expiry]', '12/29')
    await typeLikeAPerson(page, '[name=cvv]', '123')
    await clickLikeAPerson(page, '#checkout button[type=submit]')
    expect(await outcome(page)).toEqual({ decision: 'allow', token: 'ok' })
  })

  test('of a script that jumps straight to the checkout is not allowed', async () => {
    const driven = await launchChromium()
    try {
      const robot = await driven.newPage()
      await robot.request.post(`${demo.url}/shop/visitor`, {
        form: { shopper: 'new', connection: 'hosting', consent: 'full' },
      })
      await robot.request.post(`${demo.url}/shop/cart`, { form: { id: 'gif-200' } })
      await fillByScript(robot)
      const { decision } = await outcome(robot)
      expect(decision).not.toBe('allow')
    } finally {
      await driven.close()
    }
  })

  test('of a script that hides that it is one is not allowed either', async () => {
    await page.request.post(`${demo.url}/shop/cart`, { form: { id: 'cel-nazca-12' } })
    await fillByScript(page)
    expect((await outcome(page)).decision).not.toBe('allow')
  })

  test('with the SDK blocked is still decided, with the token absent', async () => {
    await page.route('**/sdk/**', route => route.abort())
    await page.request.post(`${demo.url}/shop/cart`, { form: { id: 'caf-villa-rica' } })
    await fillByScript(page)
    expect((await outcome(page)).token).toBe('absent')
  })

  test('whose amount was changed in the page is told apart', async () => {
    await page.request.post(`${demo.url}/shop/cart`, { form: { id: 'caf-villa-rica' } })
    await page.goto(`${demo.url}/shop/checkout`)
    await page.locator('#checkout').evaluate(form => form.setAttribute('data-amount-minor', '100'))
    await fillByScript(page, { stay: true })
    expect((await outcome(page)).token).toBe('order_mismatch')
  })

  test('with a forged pre-score is told apart', async () => {
    // What a hostile script of the page can do: stand in for the worker and answer what it likes.
    await page.addInitScript(() => {
      window.Worker = class extends EventTarget {
        onmessage: ((event: { readonly data: unknown }) => void) | null = null
        postMessage(request: { readonly version: string; readonly id: number }) {
          const { version, id } = request
          setTimeout(() => this.onmessage?.({ data: { version, id, score: 0.000123 } }))
        }
        terminate() {}
      } as unknown as typeof Worker
    })
    await page.request.post(`${demo.url}/shop/cart`, { form: { id: 'caf-villa-rica' } })
    await fillByScript(page)
    expect((await outcome(page)).token).toBe('prescore_mismatch')
  })
})

describe('a token made in the browser', () => {
  test('carries a pre-score that the service computes to the same bits', async () => {
    const order = { id: 'order-prescore', amountMinor: 6200, currency: 'PEN' }
    await page.goto(`${demo.url}/shop`)
    // The first token gets the worker and its model ready, as the first touch of a checkout form does.
    await tokenFor(page, { ...order, id: 'order-first' })
    await page.waitForTimeout(1500)
    const answer = await verify(await tokenFor(page, order, { stay: true }), order)
    expect(answer.token.status).toBe('ok')
    expect(answer.prescore.client).toBeGreaterThan(0)
    expect(answer.prescore).toEqual({
      client: answer.prescore.client,
      server: answer.prescore.client,
      match: true,
    })
  })

  test('is good once and replayed the second time', async () => {
    const order = { id: 'order-replay', amountMinor: 6200, currency: 'PEN' }
    const token = await tokenFor(page, order)
    expect((await verify(token, order)).token.status).toBe('ok')
    expect((await verify(token, order)).token.status).toBe('replayed')
  })

  test('for another amount than the order has is an order mismatch', async () => {
    const order = { id: 'order-amount', amountMinor: 6200, currency: 'PEN' }
    const token = await tokenFor(page, order)
    expect((await verify(token, { ...order, amountMinor: 620_000 })).token.status).toBe('order_mismatch')
  })

  test('that is older than its five minutes is expired', async () => {
    // The page's clock and the time it hears from the service are moved back together: an old token, honestly made.
    const hourMs = 3_600_000
    await page.addInitScript(ms => {
      const now = Date.now.bind(Date)
      Date.now = () => now() - ms
    }, hourMs)
    await page.route('**/v1/challenge', async route => {
      const response = await route.fetch()
      const body = await response.json()
      await route.fulfill({
        response,
        json: { ...body, serverTimeMs: body.serverTimeMs - hourMs, expiresAtMs: body.expiresAtMs - hourMs },
      })
    })
    const order = { id: 'order-late', amountMinor: 6200, currency: 'PEN' }
    const token = await tokenFor(page, order)
    expect((await verify(token, order)).token.status).toBe('expired')
  })

  test('is asked for, not required: an order without one gets a decision', async () => {
    const answer = await verify(undefined, { id: 'order-absent', amountMinor: 6200, currency: 'PEN' })
    expect(answer.token.status).toBe('absent')
    expect(['allow', 'challenge', 'review']).toContain(answer.decision)
  })
})

describe('the console', () => {
  test('shows a decision as it is made, and why it was made', async () => {
    await page.goto(`${demo.url}/console`)
    await page
      .getByRole('status')
      .getByText(/En vivo|Live/)
      .waitFor()
    const order = { id: 'order-console', amountMinor: 6200, currency: 'PEN' }
    await verify(undefined, order)
    await page.getByRole('button', { name: order.id }).click()
    const panel = page.locator('aside.case')
    await panel.getByRole('heading', { name: order.id }).waitFor()
    expect(await panel.textContent()).toContain('trans_amount')
    expect(await panel.textContent()).toContain('absent')
  })
})

/** A few seconds of moving and scrolling over the catalogue. */
async function lookAround(target: Page): Promise<void> {
  for (const [x, y] of [
    [300, 300],
    [700, 420],
    [500, 600],
  ] as const) {
    await target.mouse.move(x, y, { steps: 15 })
    await target.mouse.wheel(0, 260)
    await target.waitForTimeout(1200)
  }
}

async function typeLikeAPerson(target: Page, selector: string, text: string): Promise<void> {
  await clickLikeAPerson(target, selector)
  for (const character of text) {
    await target.keyboard.type(character)
    await target.waitForTimeout(70 + ((character.charCodeAt(0) * 37) % 110))
  }
}

/** Fills the checkout by setting values, as a script does, and submits it at once. */
async function fillByScript(target: Page, { stay = false } = {}): Promise<void> {
  if (!stay) await target.goto(`${demo.url}/shop/checkout`)
  await target.locator('#checkout').evaluate((form, card) => {
    const set = (name: string, value: string) => {
      const input = form.querySelector(`[name=${name}]`)
      if (input instanceof HTMLInputElement) input.value = value
    }
    set('address', 'Av. Brasil 100')
    set('card', card)
    set('cardName', 'X')
    set('expiry', '12/29')
    set('cvv', '123')
    if (form instanceof HTMLFormElement) form.requestSubmit()
  }, CARD)
}

async function outcome(target: Page) {
  const decision = await target.locator('#decision').getAttribute('data-decision')
  return { decision, token: await target.locator('#token-status').textContent() }
}

interface Order {
  readonly id: string
  readonly amountMinor: number
  readonly currency: string
}

/** A token for an order, made by the SDK of a page of the shop. */
async function tokenFor(target: Page, order: Order, { stay = false } = {}): Promise<string> {
  if (!stay) await target.goto(`${demo.url}/shop`)
  const token: unknown = await target.evaluate(
    bound => Reflect.get(window, 'Atalaya').token({ action: 'checkout', order: bound }),
    order,
  )
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  return String(token)
}

async function verify(token: string | undefined, order: Order) {
  const response = await fetch(`${demo.url}/v1/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${demo.secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...(token && { token }),
      action: 'checkout',
      transaction: { ...order, account: { id: 'rosa' } },
    }),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as {
    readonly decision: string
    readonly token: { readonly status: string }
    readonly prescore: {
      readonly client: number | null
      readonly server: number | null
      readonly match: boolean | null
    }
  }
}
