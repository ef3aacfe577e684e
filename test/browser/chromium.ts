import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Which Chromium the tests drive; the bootstrap says where it found one. */
export const CHROMIUM_PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const QUIET_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface LaunchOptions {
  /**
   * Leaves the browser's own signs of automation off (`navigator.webdriver`), since every driven browser has them:
   * without this, no test could see how a person's session looks.
   */
  readonly humanLike?: boolean
  readonly flags?: readonly string[]
}

/** Starts a headless Chromium. Close it with `close()`. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: [
      ...QUIET_FLAGS,
      ...(options.humanLike ? ['--disable-blink-features=AutomationControlled'] : []),
      ...(options.flags ?? []),
    ],
  })
}

/** A context whose user agent does not say "headless": with {@link LaunchOptions.humanLike}, a person's browser. */
export async function humanContext(browser: Browser): Promise<BrowserContext> {
  const major = browser.version().split('.')[0]
  return browser.newContext({
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`,
    locale: 'es-PE',
    timezoneId: 'America/Lima',
    viewport: { width: 1280, height: 800 },
  })
}

/** Moves the pointer to an element in steps, as a hand does, and clicks it. */
export async function clickLikeAPerson(page: Page, selector: string): Promise<void> {
  const element = page.locator(selector)
  await element.scrollIntoViewIfNeeded()
  const box = await element.boundingBox()
  if (!box) throw new Error(`${selector} is not in the page`)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 12 })
  await page.mouse.down()
  await page.mouse.up()
}
