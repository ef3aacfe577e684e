import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import express, { type Request, type Response, type Router } from 'express'
import { productById } from './catalogue.ts'
import type { Html } from './html.ts'
import { page, type ShopSetting } from './layout.ts'
import { type CheckoutForm, isCardNumber, tellAuthorised, verifyOrder } from './merchant.ts'
import { OpenOrders } from './orders.ts'
import { cartPage, cataloguePage, checkoutPage, messagePage, productPage, resultPage } from './pages.ts'
import { type DemoShopper, isConnection, SHOPPERS } from './shoppers.ts'
import { cartLines, newShopperId, remember, type Visitor, visitorOf } from './visitor.ts'
import { wordsOf } from './words.ts'

/** What the shop's own backend needs: its public setting, and the secret that never reaches a page. */
export interface ShopOptions extends ShopSetting {
  readonly secretKey: string
}

const MAX_QUANTITY = 20
const assets = fileURLToPath(new URL('../../../assets/shop', import.meta.url))

/** The demo shop under `/shop`: catalogue, product, cart, checkout, and a small merchant backend. */
export function shopRoutes(options: ShopOptions): Router {
  const router = express.Router()
  const orders = new OpenOrders()
  router.use('/assets', express.static(assets, { maxAge: '1h' }))
  router.use(express.urlencoded({ extended: false, limit: '16kb' }))

  router.get('/', (request, response) => {
    const visitor = visitorOf(request)
    show(response, options, visitor, wordsOf(visitor.language).shop, cataloguePage(visitor))
  })
  router.get('/p/:id', (request, response) => {
    const visitor = visitorOf(request)
    const product = productById(request.params.id)
    if (product)
      show(response, options, visitor, product.name[visitor.language], productPage(product, visitor))
    else notFound(request, response, options)
  })
  router.get('/cart', (request, response) => {
    const visitor = visitorOf(request)
    show(response, options, visitor, wordsOf(visitor.language).cart, cartPage(visitor))
  })
  router.post('/cart', (request, response) => {
    const visitor = visitorOf(request)
    const id = formText(request, 'id')
    if (productById(id)) {
      const quantity = Math.min(MAX_QUANTITY, (visitor.cart[id] ?? 0) + 1)
      remember(response, { ...visitor, cart: { ...visitor.cart, [id]: quantity } })
    }
    response.redirect(303, '/shop/cart')
  })
  router.post('/cart/remove', (request, response) => {
    const visitor = visitorOf(request)
    const { [formText(request, 'id')]: _removed, ...cart } = visitor.cart
    remember(response, { ...visitor, cart })
    response.redirect(303, '/shop/cart')
  })
  router.post('/visitor', (request, response) => {
    remember(response, changedVisitor(visitorOf(request), request))
    response.redirect(303, '/shop')
  })
  router.get('/checkout', (request, response) => {
    const visitor = visitorOf(request)
    if (cartLines(visitor).length === 0) response.redirect(303, '/shop/cart')
    else showCheckout(response, options, orders, visitor, undefined)
  })
  router.post('/checkout', (request, response) => pay(request, response, options, orders))
  router.use((request, response) => notFound(request, response, options))
  return router
}

async function pay(
  request: Request,
  response: Response,
  options: ShopOptions,
  orders: OpenOrders,
): Promise<void> {
  const visitor = visitorOf(request)
  const words = wordsOf(visitor.language)
  const retry = (fault: string) => showCheckout(response.status(422), options, orders, visitor, fault)
  const order = orders.find(formText(request, 'order'), visitor)
  if (!order) return retry(words.gone)
  const form: CheckoutForm = {
    token: formText(request, 'token', 4096),
    email: formText(request, 'email'),
    phone: formText(request, 'phone'),
    department: formText(request, 'department'),
    address: formText(request, 'address'),
    card: formText(request, 'card'),
  }
  if (!/^[^@\s]+@[^@\s]+$/.test(form.email) || form.phone.length < 5 || !form.address)
    return retry(words.missing)
  if (!isCardNumber(form.card)) return retry(words.badCard)
  try {
    const verdict = await verifyOrder(options, visitor, shopperOf(visitor), order, form)
    orders.close(order.id)
    const paid = verdict.decision === 'allow'
    // The order is paid, whether the service hears of it or not.
    if (paid) await tellAuthorised(options, verdict.id).catch(() => {})
    const next = paid ? { ...visitor, cart: {}, attempt: 0 } : { ...visitor, attempt: visitor.attempt + 1 }
    remember(response, next)
    show(response, options, next, words[verdict.decision], resultPage(visitor, verdict))
  } catch {
    // Whatever kept the service from answering, the order stays open and the shopper can try again.
    showCheckout(response.status(502), options, orders, visitor, words.unreachable)
  }
}

function showCheckout(
  response: Response,
  options: ShopOptions,
  orders: OpenOrders,
  visitor: Visitor,
  fault: string | undefined,
): void {
  const body = checkoutPage(visitor, orders.open(visitor), shopperOf(visitor), fault)
  show(response, options, visitor, wordsOf(visitor.language).checkout, body)
}

function notFound(request: Request, response: Response, options: ShopOptions): void {
  const visitor = visitorOf(request)
  const message = wordsOf(visitor.language).notFound
  show(response.status(404), options, visitor, message, messagePage(message, visitor))
}

/** Sends a page under a policy that allows this shop's own files and the SDK's inline stub, and nothing else. */
function show(response: Response, setting: ShopSetting, visitor: Visitor, title: string, body: Html): void {
  const nonce = randomBytes(16).toString('base64url')
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; script-src 'self' 'nonce-${nonce}'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types atalaya`,
  )
  response.setHeader('cache-control', 'no-store')
  response.type('html').send(page(setting, visitor, nonce, title, body))
}

function shopperOf(visitor: Visitor): DemoShopper {
  const known = SHOPPERS.find(shopper => shopper.id === visitor.shopper)
  return (
    known ?? {
      id: visitor.shopper,
      name: visitor.shopper,
      email: `${visitor.shopper}@example.com`,
      phone: '+51987650009',
      accountAgeDays: 0,
    }
  )
}

function changedVisitor(visitor: Visitor, request: Request): Visitor {
  const shopper = formText(request, 'shopper')
  const connection = formText(request, 'connection')
  const consent = formText(request, 'consent')
  const known = SHOPPERS.some(candidate => candidate.id === shopper)
  return {
    ...visitor,
    shopper: known ? shopper : newShopperId(),
    connection: isConnection(connection) ? connection : visitor.connection,
    language: formText(request, 'language') === 'en' ? 'en' : 'es',
    consent: consent === 'off' || consent === 'essential' ? consent : 'full',
    attempt: 0,
  }
}

function formText(request: Request, name: string, maxLength = 256): string {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null) return ''
  const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value
  return typeof value === 'string' ? value.trim().slice(0, maxLength) : ''
}
