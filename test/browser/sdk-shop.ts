import { readFileSync } from 'node:fs'
import { decodeSignals, type SignalName, type TokenClaims, TokenClaimsSchema } from '@atalaya/client/contract'
import { EmbeddedJWK, jwtVerify } from 'jose'
import type { Page } from 'playwright-core'
import { Compile } from 'typebox/compile'

const STUB = readFileSync(new URL('../../packages/client/dist/files/stub.js', import.meta.url), 'utf8')
const claimsSchema = Compile(TokenClaimsSchema)

export const SITE_KEY = 'pk_test_shop'
export const ORDER = { id: 'A-1001', amountMinor: 12_990, currency: 'PEN' } as const

const shopBody = `
<h1>Shop</h1>
<article data-atalaya-product="p1"><a id="p1" href="#p1">Lamp</a> <button id="add1" data-atalaya-add>Add</button></article>
<article data-atalaya-product="p2"><a id="p2" href="#p2">Chair</a></article>
<article data-atalaya-product="p1"><a href="#p1">Lamp again</a></article>
<button id="remove" data-atalaya-remove>Remove</button>
<form><input id="name"> <input id="card" autocomplete="cc-number"> <input id="free" data-atalaya-field="card"></form>
${'<br>'.repeat(200)}
<article data-atalaya-product="p9">Below the fold</article>`

/** What the page notes for the test: policy violations and errors. */
const watch = `
window.noted = []
addEventListener('securitypolicyviolation', event => noted.push(event.violatedDirective + ' ' + event.blockedURI))
addEventListener('error', event => noted.push(String(event.message)))
addEventListener('unhandledrejection', event => noted.push(String(event.reason)))`

/** A shop page with the inline stub; `load` is the script that loads the SDK. */
export function shopPage(load: string, body = shopBody): string {
  return `<!doctype html><meta charset="utf-8"><title>Shop</title>
<script nonce="{nonce}">${watch}</script>
<script nonce="{nonce}">${STUB}</script>
<script nonce="{nonce}">${load}</script>
${body}`
}

/** The script that loads the SDK by the stub. */
export function loadScript(options: { readonly consent?: string; readonly endpoint?: string } = {}): string {
  const endpoint = options.endpoint === undefined ? 'location.origin' : JSON.stringify(options.endpoint)
  return `Atalaya.load({ siteKey: '${SITE_KEY}', endpoint: ${endpoint}, consent: '${options.consent ?? 'full'}' })`
}

/** A page that imports the ESM build instead; the agent is at `window.agent`. */
export const esmPage = `<!doctype html><meta charset="utf-8"><title>Shop</title>
<script nonce="{nonce}">${watch}</script>
<script nonce="{nonce}" type="module">
import { load } from '/esm/index.js'
window.agent = load({ siteKey: '${SITE_KEY}', endpoint: location.origin, consent: 'full' })
</script>${shopBody}`

/** A token of the page as it travels, and the time it took. */
export async function takeToken(page: Page): Promise<{ token: string; ms: number }> {
  return page.evaluate(async order => {
    const agent =
      (window as unknown as { agent?: unknown; Atalaya: unknown }).agent ?? window['Atalaya' as never]
    const started = performance.now()
    const token = await (agent as { token(request: unknown): Promise<string> }).token({
      action: 'checkout',
      order,
    })
    return { token, ms: performance.now() - started }
  }, ORDER)
}

export interface VerifiedToken {
  readonly claims: TokenClaims
  readonly signals: { readonly [K in SignalName]: number | null }
  readonly jwk: unknown
}

/** Verifies a token with jose and against the schema of the claims. */
export async function verify(token: string): Promise<VerifiedToken> {
  const { payload, protectedHeader } = await jwtVerify(token, EmbeddedJWK, {
    algorithms: ['ES256'],
    typ: 'behavior+jwt',
  })
  if (!claimsSchema.Check(payload)) {
    throw new Error(`claims: ${JSON.stringify([...claimsSchema.Errors(payload)])}`)
  }
  const claims = payload as unknown as TokenClaims
  return { claims, signals: decodeSignals(claims.f), jwk: protectedHeader.jwk }
}

/** The verified token of a page. */
export async function verifiedToken(page: Page): Promise<VerifiedToken> {
  return verify((await takeToken(page)).token)
}

/** A token with pre-score and visitor id: a slow machine may need a moment until the page has both. */
export async function completeToken(page: Page): Promise<VerifiedToken> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const verified = await verifiedToken(page)
    if (verified.claims.ps !== null && verified.claims.vid !== undefined) return verified
    await page.waitForTimeout(300)
  }
  return verifiedToken(page)
}

/** What went wrong in the page: nothing may. */
export function noted(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { noted: string[] }).noted)
}

/** Calls a method of the page's agent. */
export function call(page: Page, method: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(
    ([name, values]) => {
      const api = window['Atalaya' as never] as unknown as Record<string, (...given: unknown[]) => unknown>
      return api[name as string]?.(...(values as unknown[]))
    },
    [method, args] as const,
  )
}

/** Waits until the core has taken the stub over and the products in view were counted. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => (window as unknown as { Atalaya: { ok?: unknown } }).Atalaya.ok !== undefined,
  )
  await page.waitForTimeout(150)
}
