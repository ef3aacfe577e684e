import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname } from 'node:path'
// The shop's server is that of the plain pages: what it does with Atalaya does not depend on how pages are made.
import { decide, settings } from '../storefront-html/atalaya.mjs'
import { CURRENCY, linesOf, PRODUCTS, totalMinor } from '../storefront-html/catalogue.mjs'

const dist = new URL('./dist/', import.meta.url)
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' }
const assets = new Map(
  readdirSync(new URL('assets/', dist)).map(name => [
    `/assets/${name}`,
    readFileSync(new URL(`assets/${name}`, dist)),
  ]),
)
const shop = JSON.stringify({ siteKey: settings.siteKey, endpoint: settings.url, products: PRODUCTS })
const index = readFileSync(new URL('index.html', dist), 'utf8').replace(
  'name="shop" content="{}"',
  () => `name="shop" content="${shop.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
)
/** Orders that wait for their payment, by id; a real shop has a database. */
const orders = new Map()

const api = {
  '/api/checkout'({ cart }) {
    const lines = linesOf(Array.isArray(cart) ? cart : [])
    const order = { id: `A-${randomUUID()}`, amountMinor: totalMinor(lines), currency: CURRENCY }
    orders.set(order.id, { order, lines })
    return order
  },
  async '/api/order'({ orderId, email, token }, request) {
    const waiting = orders.get(orderId)
    if (!waiting) return { decision: 'deny', token: { status: 'unknown' } }
    orders.delete(orderId)
    // A real shop knows the account from its session.
    const account = { id: email ?? 'guest', email }
    const { decision, token: judged } = await decide({ ...waiting, account, token, request })
    return { decision, token: { status: judged.status } }
  },
}

async function read(request) {
  let body = ''
  for await (const chunk of request) {
    body += chunk
    if (body.length > 100_000) throw new Error('the body is too large')
  }
  return JSON.parse(body)
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://shop')
  const send = (type, content) => response.writeHead(200, { 'content-type': type }).end(content)
  try {
    const call = request.method === 'POST' && Object.hasOwn(api, pathname) && api[pathname]
    if (call) return send('application/json', JSON.stringify(await call(await read(request), request)))
    const asset = assets.get(pathname)
    return asset
      ? send(TYPES[extname(pathname)] ?? 'application/octet-stream', asset)
      : send(TYPES['.html'], index)
  } catch (error) {
    console.error(error.message)
    response.writeHead(500).end()
  }
}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1', function () {
  console.log(`storefront on http://127.0.0.1:${this.address().port}`)
})
