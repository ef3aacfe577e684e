import { PRODUCTS, type Product } from './catalogue.ts'
import { type Html, html } from './html.ts'
import { illustration } from './illustrations.ts'
import type { Verdict } from './merchant.ts'
import type { ShopOrder } from './orders.ts'
import type { DemoShopper } from './shoppers.ts'
import { cartLines, cartTotalMinor, type Language, type Visitor } from './visitor.ts'
import { soles, wordsOf } from './words.ts'

/** Where a shop in Peru delivers: names of the departments it serves, as the order carries them. */
const DEPARTMENTS = [
  'Lima',
  'Callao',
  'Arequipa',
  'Cusco',
  'La Libertad',
  'Piura',
  'Lambayeque',
  'Junín',
  'Puno',
  'Loreto',
]

export function cataloguePage(visitor: Visitor): Html {
  const words = wordsOf(visitor.language)
  return html`<section class="hero"><h1>${words.tagline}</h1><p>${words.intro}</p></section>
<ul class="grid">${PRODUCTS.map(product => card(product, visitor.language))}</ul>`
}

function card(product: Product, language: Language): Html {
  const words = wordsOf(language)
  return html`<li class="card" data-atalaya-product="${product.id}">
<a href="/shop/p/${product.id}">${illustration(product.drawing, product.hue)}<span class="name">${product.name[language]}</span></a>
<span class="price">${soles(product.priceMinor)}</span>
<form method="post" action="/shop/cart"><input type="hidden" name="id" value="${product.id}"><button type="submit" data-atalaya-add="${product.id}" aria-label="${words.add}: ${product.name[language]}">${words.add}</button></form>
</li>`
}

export function productPage(product: Product, visitor: Visitor): Html {
  const words = wordsOf(visitor.language)
  const { language } = visitor
  return html`<article class="product">
<div class="frame">${illustration(product.drawing, product.hue)}</div>
<div><h1>${product.name[language]}</h1><p class="price large">${soles(product.priceMinor)}</p><p>${product.text[language]}</p>
<p class="muted">${words.soldBy} ${product.seller}</p>
<form method="post" action="/shop/cart"><input type="hidden" name="id" value="${product.id}"><button class="primary" type="submit" data-atalaya-add="${product.id}">${words.add}</button></form></div>
</article>`
}

export function cartPage(visitor: Visitor): Html {
  const words = wordsOf(visitor.language)
  const lines = cartLines(visitor)
  if (lines.length === 0) {
    return html`<section class="empty"><h1>${words.cart}</h1><p>${words.empty}</p><a class="button primary" href="/shop">${words.browse}</a></section>`
  }
  return html`<h1>${words.cart}</h1>
<ul class="lines">${lines.map(
    ({ product, quantity }) => html`<li>
<span class="thumb">${illustration(product.drawing, product.hue)}</span>
<span class="name">${product.name[visitor.language]}<small>${words.quantity}: ${quantity}</small></span>
<span class="price">${soles(product.priceMinor * quantity)}</span>
<form method="post" action="/shop/cart/remove"><input type="hidden" name="id" value="${product.id}"><button class="quiet" type="submit" data-atalaya-remove="${product.id}">${words.remove}</button></form>
</li>`,
  )}</ul>
<p class="total"><span>${words.total}</span> <strong>${soles(cartTotalMinor(visitor))}</strong></p>
<p class="right"><a class="button primary" href="/shop/checkout" data-atalaya-checkout>${words.toCheckout}</a></p>`
}

/** The checkout form. `fault` is shown above it when the last try could not be sent. */
export function checkoutPage(
  visitor: Visitor,
  order: ShopOrder,
  shopper: DemoShopper,
  fault: string | undefined,
): Html {
  const words = wordsOf(visitor.language)
  const field = (name: string, label: string, autocomplete: string, value = '', extra = '') =>
    html`<label class="${extra}">${label}<input name="${name}" autocomplete="${autocomplete}" value="${value}" required></label>`
  return html`<h1>${words.checkout}</h1>
<div class="columns">
<aside class="summary" aria-label="${words.order}"><h2>${words.order}</h2><ul>${cartLines(visitor).map(({ product, quantity }) => html`<li><span class="thumb">${illustration(product.drawing, product.hue)}</span><span class="name">${product.name[visitor.language]}<small>${words.quantity}: ${quantity}</small></span><span>${soles(product.priceMinor * quantity)}</span></li>`)}</ul><p class="total"><span>${words.total}</span> <strong>${soles(order.amountMinor)}</strong></p></aside>
<div>${fault && html`<p class="fault" role="alert">${fault}</p>`}
<form id="checkout" class="checkout" method="post" action="/shop/checkout" data-order-id="${order.id}" data-amount-minor="${order.amountMinor}" data-currency="${order.currency}" novalidate>
<input type="hidden" name="order" value="${order.id}"><input type="hidden" name="token" value="">
<fieldset><legend>${words.contact}</legend>${field('email', words.email, 'email', shopper.email)}${field('phone', words.phone, 'tel', shopper.phone)}</fieldset>
<fieldset><legend>${words.delivery}</legend><label>${words.department}<select name="department">${DEPARTMENTS.map(name => html`<option>${name}</option>`)}</select></label>${field('address', words.address, 'street-address', '')}</fieldset>
<fieldset><legend>${words.payment}</legend><p class="muted">${words.testCard}</p>${field('card', words.card, 'cc-number', '', 'wide')}${field('cardName', words.cardName, 'cc-name', '', 'wide')}${field('expiry', words.expiry, 'cc-exp')}${field('cvv', words.cvv, 'cc-csc')}</fieldset>
<p class="right"><button class="primary" type="submit">${words.pay} ${soles(order.amountMinor)}</button></p>
</form></div></div>`
}

/** What the shopper reads after paying, and beside it what the service answered to the shop. */
export function resultPage(visitor: Visitor, verdict: Verdict): Html {
  const words = wordsOf(visitor.language)
  const percent = (value: number | null) =>
    value === null ? '–' : `${(value * 100).toFixed(value < 0.1 ? 2 : 1)} %`
  return html`<section class="result ${verdict.decision}">
<h1>${words[verdict.decision]}</h1><p>${words[`${verdict.decision}Text`]}</p>
<p><a class="button primary" href="/shop">${words.continueShopping}</a></p></section>
<section class="saw" aria-label="${words.saw}"><h2>${words.saw}</h2>
<dl>
<div><dt>${words.decision}</dt><dd id="decision" data-decision="${verdict.decision}">${words[verdict.decision]}</dd></div>
<div><dt>${words.score}</dt><dd>${percent(verdict.score)}</dd></div>
<div><dt>${words.token}</dt><dd id="token-status">${verdict.token.status}</dd></div>
<div><dt>${words.prescore}</dt><dd>${percent(verdict.prescore.client)}</dd></div>
<div><dt>${words.reasons}</dt><dd>${verdict.reasons.length === 0 ? words.none : verdict.reasons.map(reason => html`<span class="chip">${reason.text?.[visitor.language] ?? reason.code}</span>`)}</dd></div>
</dl>
<p><a href="/console?decision=${encodeURIComponent(verdict.id)}">${words.openConsole}</a></p></section>`
}

export function messagePage(message: string, visitor: Visitor): Html {
  return html`<section class="empty"><h1>${message}</h1><a class="button primary" href="/shop">${wordsOf(visitor.language).browse}</a></section>`
}
