import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { inRoot } from './paths.mjs'
import { Stop, say } from './run.mjs'
import { findChromium } from './system-packages.mjs'

/**
 * Takes the pictures of the documentation: starts the demo with a new store, waits until the ring is at work, and
 * photographs every screen at desktop and telephone width into `docs/images`.
 */
const PORT = 18_789
const URL_OF_DEMO = `http://127.0.0.1:${PORT}`
const RING_AT_WORK_MS = 100_000
const WIDTHS = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } }

const executablePath = findChromium()
if (!executablePath) throw new Stop('no Chromium was found; run `npm run setup` first')
const images = inRoot('docs/images')
mkdirSync(images, { recursive: true })
const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-pictures-'))
const demo = spawn(process.execPath, [inRoot('packages/server/bin/atalaya.mjs'), 'demo'], {
  env: { ...process.env, PORT: String(PORT), ATALAYA_DATA_DIR: dataDir },
  stdio: ['ignore', 'ignore', 'inherit'],
})
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
})
try {
  say(`the demo runs for ${RING_AT_WORK_MS / 1000} s before the pictures`)
  await delay(RING_AT_WORK_MS)
  for (const [name, viewport] of Object.entries(WIDTHS)) await photograph(name, viewport)
} finally {
  await browser.close()
  const ended = new Promise(resolve => demo.once('exit', resolve))
  demo.kill('SIGTERM')
  await ended
  rmSync(dataDir, { recursive: true, force: true })
}

/**
 * @param {string} name
 * @param {{ width: number, height: number }} viewport
 */
async function photograph(name, viewport) {
  const context = await browser.newContext({ viewport, locale: 'es-PE', timezoneId: 'America/Lima' })
  const page = await context.newPage()
  const take = async (/** @type {string} */ screen, fullPage = false) => {
    await page.waitForLoadState('load')
    await page.screenshot({ path: join(images, `${screen}-${name}.png`), fullPage })
    say(`docs/images/${screen}-${name}.png`)
  }
  await page.goto(`${URL_OF_DEMO}/shop`)
  await take('shop')
  await page.goto(`${URL_OF_DEMO}/shop/p/aud-quena`)
  await take('product')
  await page.click('main .primary')
  await page.waitForURL('**/shop/cart')
  await take('cart')
  await page.click('[data-atalaya-checkout]')
  await page.waitForURL('**/shop/checkout')
  const typed = {
    address: 'Av. Larco 345',
    card: '4509 9535 6623 3704',
    cardName: 'Rosa Quispe',
    expiry: '12/29',
    cvv: '123',
  }
  for (const [field, text] of Object.entries(typed)) await page.fill(`[name=${field}]`, text)
  await take('checkout', true)
  await page.click('#checkout button[type=submit]')
  await page.waitForSelector('#decision')
  await take('result', true)
  await page.goto(`${URL_OF_DEMO}/console`)
  await page.waitForSelector('tbody .link')
  await take('console')
  const caught = page.locator('tr:has(.pill.deny), tr:has(.pill.review), tr:has(.pill.challenge)').first()
  await caught.locator('.link').click()
  await page.waitForSelector('.case-head')
  await take('case')
  await context.close()
}
