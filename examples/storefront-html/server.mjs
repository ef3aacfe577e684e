import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { decide, settings } from './atalaya.mjs'
import { CURRENCY, linesOf, PRODUCTS, totalMinor } from './catalogue.mjs'

/** The stub stands inline in every page. It changes with the SDK's second version number only. */
const stub = await fetch(`${settings.url}/sdk/stub.js`).then(response => {
  if (!response.ok) throw new Error(`${settings.url} serves no SDK: status ${response.status}`)
  return response.text()
})
/** Visitors by the cookie `visitor`; a real shop has a session store and a login. */
const visitors = new Map()

const price = minor => `S/ ${(minor / 100).toFixed(2)}`

function page(nonce, title, body, attributes = '') {
  const options = { siteKey: settings.siteKey, endpoint: settings.url, consent: 'full' }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<script nonce="${nonce}">${stub}</script>
<script nonce="${nonce}">Atalaya.load(${JSON.stringify(options).replaceAll('<', '\\u003c')})</script>
</head>
<body ${attributes}>
<nav><a href="/">Shop</a> <a href="/cart">Cart</a></nav>
<h1>${title}</h1>
${body}
</body>
</html>`
}

/** A form of one button that posts a product's id. */
const button = (path, id, attribute, label) =>
  `<form method="post" action="${path}"><button name="id" value="${id}" ${attribute}>${label}</button></form>`

const pages = {
  '/': () => ({
    title: 'Shop',
    body: PRODUCTS.map(
      ({ id, name, priceMinor }) => `<article data-atalaya-product="${id}">
<h2><a href="/p/${id}">${name}</a></h2><p>${price(priceMinor)}</p>
</article>`,
    ).join('\n'),
  }),
  '/cart': ({ cart }) => ({
    title: 'Cart',
    body: `${linesOf(cart)
      .map(
        ({ id, name, quantity }) =>
          `<p>${quantity} × ${name}</p>${button('/cart/remove', id, 'data-atalaya-remove', 'Remove one')}`,
      )
      .join('\n')}
<a href="/checkout" data-atalaya-checkout>Checkout</a>`,
  }),
  '/checkout': visitor => {
    // The order has its id before it is paid: the token is bound to id, amount and currency.
    visitor.order = {
      id: `A-${randomUUID()}`,
      amountMinor: totalMinor(linesOf(visitor.cart)),
      currency: CURRENCY,
    }
    const { id, amountMinor, currency } = visitor.order
    return {
      title: 'Checkout',
      body: `<p>To pay: ${price(amountMinor)}</p>
<form method="post" action="/order" data-atalaya-token
  data-atalaya-order="${id}" data-atalaya-amount="${amountMinor}" data-atalaya-currency="${currency}">
<label>Name <input name="name" autocomplete="name" required></label>
<label>E-mail <input name="email" type="email" autocomplete="email" required></label>
<button data-atalaya-pay>Pay</button>
</form>`,
    }
  },
}

function productPage({ id, name, priceMinor }) {
  return {
    title: name,
    body: `<p>${price(priceMinor)}</p>${button('/cart/add', id, 'data-atalaya-add', 'Add to cart')}`,
    attributes: 'data-atalaya-event="view_item"',
  }
}

/** What the shopper reads for each decision, and what the page tells the SDK. */
const OUTCOMES = {
  allow: ['Thank you for your order', 'data-atalaya-event="purchase"'],
  challenge: ['Please confirm the payment with your bank', ''],
  review: ['We are checking your order and will write to you', ''],
  deny: ['We could not accept this payment', 'data-atalaya-event="payment_failed"'],
}

async function placeOrder(visitor, fields, request) {
  const { order, cart } = visitor
  if (!order) return { title: 'There is no order', body: '' }
  const verdict = await decide({
    order,
    lines: linesOf(cart),
    account: { id: visitor.id, createdAtMs: visitor.createdAtMs, email: fields.get('email') || undefined },
    token: fields.get('atalayaToken'),
    request,
  })
  if (verdict.decision === 'allow') {
    // Here the payment would be taken.
    visitor.cart = []
  }
  visitor.order = undefined
  const [title, attributes] = OUTCOMES[verdict.decision]
  return {
    title,
    attributes,
    body: `<dl id="verdict"><dt>Order</dt><dd>${order.id}</dd>
<dt>Decision</dt><dd data-decision>${verdict.decision}</dd><dt>Token</dt><dd data-token>${verdict.token.status}</dd></dl>`,
  }
}

async function read(request) {
  let body = ''
  for await (const chunk of request) {
    body += chunk
    if (body.length > 100_000) throw new Error('the form is too large')
  }
  return new URLSearchParams(body)
}

function visitorOf(request, response) {
  const known = visitors.get(/(?:^|; )visitor=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1])
  if (known) return known
  const visitor = { id: randomUUID(), createdAtMs: Date.now(), cart: [] }
  visitors.set(visitor.id, visitor)
  response.setHeader('set-cookie', `visitor=${visitor.id}; Path=/; HttpOnly; SameSite=Lax`)
  return visitor
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://shop')
  const visitor = visitorOf(request, response)
  const product = PRODUCTS.find(({ id }) => pathname === `/p/${id}`)
  if (request.method === 'POST') {
    const fields = await read(request)
    if (pathname === '/order') return placeOrder(visitor, fields, request)
    const id = fields.get('id')
    if (pathname === '/cart/add' && PRODUCTS.some(one => one.id === id)) visitor.cart.push(id)
    if (pathname === '/cart/remove' && visitor.cart.includes(id))
      visitor.cart.splice(visitor.cart.indexOf(id), 1)
    response.writeHead(303, { location: '/cart' }).end()
    return undefined
  }
  return product ? productPage(product) : pages[pathname]?.(visitor)
}

createServer(async (request, response) => {
  try {
    const view = await answer(request, response)
    if (response.writableEnded) return
    const nonce = randomBytes(16).toString('base64')
    response.writeHead(view ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      // A policy as strict as they come; the SDK needs no more than this.
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'nonce-${nonce}' ${settings.url}`,
        `connect-src ${settings.url}`,
        "worker-src 'self'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
        'trusted-types atalaya',
      ].join('; '),
    })
    response.end(view ? page(nonce, view.title, view.body, view.attributes) : 'not found')
  } catch (error) {
    console.error(error.message)
    response.writeHead(500).end('Something went wrong')
  }
}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1', function () {
  console.log(`storefront on http://127.0.0.1:${this.address().port}`)
})
