import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ConsentMode } from '@atalaya/client/contract'
import { Html, html } from './html.ts'
import { CONNECTIONS, SHOPPERS } from './shoppers.ts'
import { cartLines, type Visitor } from './visitor.ts'
import { wordsOf } from './words.ts'

/** What every page of the shop needs to know of the service. */
export interface ShopSetting {
  readonly siteKey: string
  readonly endpoint: string
}

/** The script-tag stub as it is published; a merchant pastes the same text into the page's head. */
const stub = readFileSync(fileURLToPath(import.meta.resolve('@atalaya/client/files/stub.js')), 'utf8')

/** A whole page of the shop. `nonce` allows the two inline scripts of the SDK under the shop's strict policy. */
export function page(
  setting: ShopSetting,
  visitor: Visitor,
  nonce: string,
  title: string,
  body: Html,
): string {
  const words = wordsOf(visitor.language)
  const count = cartLines(visitor).reduce((sum, line) => sum + line.quantity, 0)
  const load = {
    siteKey: setting.siteKey,
    endpoint: setting.endpoint,
    consent: visitor.consent satisfies ConsentMode,
  }
  return html`<!doctype html>
<html lang="${visitor.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Qhatu</title>
<link rel="stylesheet" href="/shop/assets/shop.css">
<link rel="icon" href="/shop/assets/icon.svg" type="image/svg+xml">
<script nonce="${nonce}">${new Html(stub)}
Atalaya.load(${new Html(JSON.stringify(load).replaceAll('<', '\\u003c'))})</script>
<script defer src="/shop/assets/shop.js"></script>
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header class="top">
<a class="brand" href="/shop"><img src="/shop/assets/icon.svg" alt="" width="32" height="32"><span>Qhatu</span></a>
<p class="tagline">${words.tagline}</p>
<nav aria-label="Qhatu"><a href="/shop">${words.shop}</a><a class="cart-link" href="/shop/cart">${words.cart}<span class="badge">${count}</span></a></nav>
</header>
<main id="main">${body}</main>
<footer><p>${words.privacy}</p></footer>
${demoBar(visitor)}
</body>
</html>`.text
}

/** The bar in which a visitor chooses who to be, from where, and with which consent. */
function demoBar(visitor: Visitor): Html {
  const words = wordsOf(visitor.language)
  const option = (value: string, label: string, chosen: boolean) =>
    chosen
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`
  const known = SHOPPERS.some(shopper => shopper.id === visitor.shopper)
  return html`<form class="demo-bar" method="post" action="/shop/visitor">
<strong>${words.demo}</strong>
<label>${words.who} <select name="shopper">${SHOPPERS.map(shopper => option(shopper.id, shopper.name, shopper.id === visitor.shopper))}${option('new', words.newAccount, !known)}</select></label>
<label>${words.from} <select name="connection">${Object.entries(CONNECTIONS).map(([id, place]) => option(id, place[visitor.language], id === visitor.connection))}</select></label>
<label>${words.consent} <select name="consent">${(['full', 'essential', 'off'] as const).map(mode => option(mode, words[`consent_${mode}`], mode === visitor.consent))}</select></label>
<label>ES / EN <select name="language">${(['es', 'en'] as const).map(language => option(language, language === 'es' ? 'Español' : 'English', language === visitor.language))}</select></label>
<button class="quiet" type="submit">${words.apply}</button>
</form>`
}
