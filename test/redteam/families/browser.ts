import type { BrowserContext, Page } from 'playwright-core'
import { humanContext } from '../../browser/chromium.ts'
import { newOrder } from '../../service-shopper.ts'
import { distinct, type Family } from '../attack.ts'
import { startBackend } from '../backend.ts'
import { ask, newAccount, secretOf } from '../merchant.ts'
import { raw } from '../raw.ts'
import { operations } from '../routes.ts'
import type { World } from '../world.ts'

/** A page of the demo shop in a browser, and the shop's own way to the service. */
async function onPage<T>(
  world: World,
  kind: 'driven' | 'human',
  use: (page: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const browser = await world.browser(kind)
  const context = kind === 'human' ? await humanContext(browser) : await browser.newContext()
  try {
    return await use(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

/** What becomes of an order whose token was made in this page. */
async function buy(world: World, page: Page) {
  const { url, siteKey, secretKey } = await world.demo()
  const order = newOrder()
  const token: unknown = await page.evaluate(
    bound => Reflect.get(window, 'Atalaya').token({ action: 'checkout', order: bound }),
    order,
  )
  return ask({ url, origin: url, siteKey, secretKey }, { token: String(token), order })
}

const openShop = async (world: World, page: Page) => {
  await page.goto(`${(await world.demo()).url}/shop`)
  await page.waitForFunction(() => Reflect.get(window, 'Atalaya')?.ok !== undefined)
}

/** Asks every operation from inside a page. @returns those whose answers the page may read */
const readable = (
  page: Page,
  url: string,
  calls: readonly { method: string; path: string }[],
  key: string | null,
) =>
  page.evaluate(
    async ({ url, calls, key }) => {
      const read: string[] = []
      for (const { method, path } of calls) {
        const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) }
        const body = method === 'POST' ? '{}' : null
        await fetch(url + path, { method, headers, body, credentials: key ? 'omit' : 'include' }).then(
          () => read.push(path),
          () => undefined,
        )
      }
      return read
    },
    { url, calls: [...calls], key },
  )

export const BROWSER: Family = {
  name: 'browsers and the console',
  attacks: [
    {
      id: 'browser.headless',
      tries: 'a headless browser as a test driver starts it',
      expected: 'token ok, automated_checkout fires, device_webdriver true',
      run: world =>
        onPage(world, 'driven', async page => {
          await openShop(world, page)
          const { token, rules, features } = await buy(world, page)
          const fired = rules.includes('automated_checkout')
            ? 'automated_checkout fires'
            : `${rules.join('+')} fire`
          return `token ${token}, ${fired}, device_webdriver ${features['device_webdriver']}`
        }),
    },
    {
      id: 'browser.hidden',
      tries: 'a driven browser that hides it, with the user agent of a person, and orders by script',
      expected: 'token ok, no_input fires, device_webdriver false',
      run: world =>
        onPage(world, 'human', async page => {
          await openShop(world, page)
          const { token, rules, features } = await buy(world, page)
          const fired = rules.includes('no_input') ? 'no_input fires' : `${rules.join('+')} fire`
          return `token ${token}, ${fired}, device_webdriver ${features['device_webdriver']}`
        }),
    },
    {
      id: 'browser.synthetic-input',
      tries: 'clicks, keys and movements that a script of the page makes up',
      expected: 'challenged or worse: scripted_input and no_input fire',
      run: world =>
        onPage(world, 'human', async page => {
          await openShop(world, page)
          await page.evaluate(() => {
            const at = document.querySelector('a') ?? document.body
            for (let round = 0; round < 20; round++) {
              for (const type of ['pointerdown', 'pointerup', 'click'])
                at.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, clientX: round }))
              at.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, key: 'a' }))
              at.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: round }))
              addEventListener('click', event => event.preventDefault(), { once: true, capture: true })
            }
          })
          const { decision, rules } = await buy(world, page)
          const wanted = ['scripted_input', 'no_input'].filter(rule => rules.includes(rule))
          return `${decision === 'allow' ? 'allowed' : 'challenged or worse'}: ${wanted.join(' and ')} fire`
        }),
    },
    {
      id: 'browser.key-theft',
      tries: "a hostile script in the shop's page that takes the device key out of its store",
      expected: 'jwk: InvalidAccessError, pkcs8: InvalidAccessError, raw: InvalidAccessError',
      run: world =>
        onPage(world, 'human', async page => {
          await openShop(world, page)
          await buy(world, page)
          return page.evaluate(async () => {
            const request = indexedDB.open('atalaya')
            await new Promise(resolve => {
              request.onsuccess = resolve
            })
            const asked = request.result.transaction('keys').objectStore('keys').get('device')
            await new Promise(resolve => {
              asked.onsuccess = resolve
            })
            const outcomes: string[] = []
            for (const format of ['jwk', 'pkcs8', 'raw'] as const) {
              const outcome = await crypto.subtle.exportKey(format as 'jwk', asked.result.privateKey).then(
                () => 'exported',
                (error: Error) => error.name,
              )
              outcomes.push(`${format}: ${outcome}`)
            }
            return outcomes.join(', ')
          })
        }),
    },
    {
      id: 'browser.secret-key',
      tries: "the secret key in the shop's own page: a browser that judges its own orders",
      expected: 'a nonce is read; 0 other answers are, and 0 orders were decided',
      run: world =>
        onPage(world, 'human', async page => {
          await page.goto(world.shopPage)
          const { shop, service } = world
          const order = newOrder()
          const nonce = await page.evaluate(
            ([url, siteKey]) =>
              fetch(`${url}/v1/challenge`, {
                ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
                body: JSON.stringify({ siteKey }),
              }).then(
                async answer => 'nonce' in (await answer.json()),
                () => false,
              ),
            [service.url, shop.siteKey] as const,
          )
          const secret = (await operations(world)).filter(({ isSecret }) => isSecret)
          const read = await readable(page, service.url, secret, shop.secretKey)
          await page.evaluate(
            ([url, key, transaction]) =>
              fetch(`${url}/v1/verify`, {
                ...{ method: 'POST', body: JSON.stringify({ transaction }) },
                headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
              }).catch(() => undefined),
            [service.url, shop.secretKey, { ...order, account: { id: newAccount() } }] as const,
          )
          const list = await fetch(`${shop.url}/v1/decisions?orderId=${order.id}`, {
            headers: secretOf(shop),
          })
          const decided = (await list.json()).decisions.length
          return `${nonce ? 'a' : 'no'} nonce is read; ${read.length} other answers are, and ${decided} orders were decided`
        }),
    },
    {
      id: 'browser.foreign-page',
      tries: 'a foreign page that asks every address, with cookies and with a stolen secret key',
      expected: '0 answers are read',
      run: world =>
        onPage(world, 'human', async page => {
          const evil = await startBackend()
          try {
            await page.goto(evil.url)
            const all = await operations(world)
            const read = [
              ...(await readable(page, world.service.url, all, null)),
              ...(await readable(page, world.service.url, all, world.shop.secretKey)),
            ]
            return `${read.length} answers are read`
          } finally {
            await evil.close()
          }
        }),
    },
    {
      id: 'console.markup',
      tries: 'an order whose id, seller and metadata are markup, looked at in the console',
      expected: 'shown as text; no script ran',
      run: world =>
        onPage(world, 'human', async page => {
          const { url, siteKey, secretKey } = await world.demo()
          const id = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>${newOrder().id}`
          const order = { ...newOrder(), id }
          const shop = { url, origin: url, siteKey, secretKey }
          await ask(shop, {
            order,
            transaction: { items: [{ seller: id, category: id.slice(0, 64) }], metadata: { a: id } },
          })
          await page.goto(`${url}/console`)
          await page.getByRole('button', { name: id }).click()
          await page.locator('aside.case').getByRole('heading', { name: id }).waitFor()
          const ran = await page.evaluate(() => 'pwned' in window)
          return `shown as text; ${ran ? 'a' : 'no'} script ran`
        }),
    },
    {
      id: 'console.theft',
      tries:
        "a foreign page that reads the console's data, listens to its stream, frames it or takes its cookie",
      expected: '0 answers are read, the stream is refused, it is not framed, there is no cookie',
      run: world =>
        onPage(world, 'human', async (page, context) => {
          const { url } = await world.demo()
          const evil = await startBackend()
          try {
            await page.goto(`${url}/console`)
            const cookies = (await context.cookies()).length
            await page.goto(evil.url)
            const paths = ['/console', '/console/api/feed', '/console/app/main.js']
            const read = await readable(
              page,
              url,
              paths.map(path => ({ method: 'GET', path })),
              null,
            )
            const stream = await page.evaluate(
              address =>
                new Promise<string>(resolve => {
                  const source = new EventSource(address)
                  source.onopen = () => resolve('open')
                  source.onerror = () => resolve('refused')
                }),
              `${url}/console/api/stream`,
            )
            await page.evaluate(address => {
              const frame = document.createElement('iframe')
              frame.src = address
              document.body.append(frame)
              return new Promise(resolve => {
                frame.onload = resolve
              })
            }, `${url}/console`)
            const frame = page.frames().find(one => one !== page.mainFrame())
            const framed = await frame
              ?.evaluate(() => location.protocol.startsWith('http'))
              .catch(() => false)
            return `${read.length} answers are read, the stream is ${stream}, it is ${framed ? '' : 'not '}framed, there is ${cookies === 0 ? 'no' : 'a'} cookie`
          } finally {
            await evil.close()
          }
        }),
    },
    {
      id: 'console.path',
      tries: "path traversal at the console's and the demo shop's files",
      expected: '404; no file of the machine in any answer',
      run: async world => {
        const { url } = await world.demo()
        const answers = await Promise.all(
          ['/console/assets', '/console/app', '/shop/assets'].flatMap(folder =>
            [
              '/../../package.json',
              '/..%2f..%2fpackage.json',
              '/%2e%2e/%2e%2e/package.json',
              '/..%5c..%5cpackage.json',
              '/.%00',
            ].map(path =>
              raw(url, `GET ${folder}${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
            ),
          ),
        )
        const leaks = answers.filter(({ text }) => text.includes('"dependencies"')).length
        const statuses = answers.flatMap(({ statuses }) => statuses.slice(0, 1))
        return `${distinct(statuses.toSorted())}; ${leaks || 'no'} file of the machine in any answer`
      },
    },
    {
      id: 'console.rebinding',
      tries:
        'a foreign name that is pointed at this machine (DNS rebinding), to be of one origin with the console',
      expected: 'console 421, its data 421; under its own name 200',
      run: async world => {
        const { url } = await world.demo()
        const under = async (host: string, path: string) =>
          (await raw(url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).statuses[0]
        const port = new URL(url).port
        return `console ${await under(`evil.example:${port}`, '/console')}, its data ${await under('evil.example', '/console/api/feed')}; under its own name ${await under(`localhost:${port}`, '/console/api/feed')}`
      },
    },
  ],
}
