import type { Tally } from '../page/session.ts'

/** Shop events, named as in GA4 ecommerce, with `payment_failed` added. */
export type ShopEvent =
  | 'view_item_list'
  | 'select_item'
  | 'view_item'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'begin_checkout'
  | 'add_payment_info'
  | 'payment_failed'
  | 'purchase'

/** Data of a shop event. Only the number of products is read, from `items.length` or `count`; nothing is kept. */
export interface ShopEventData {
  readonly items?: readonly unknown[]
  readonly count?: number
}
/** Counts an event; `false` when its name is not one of {@link ShopEvent}. */
export type ShopTracker = (event: string, data?: ShopEventData) => boolean

/** Counts shop events into the session, whether they come from `track()` or from attributes in the page. */
export function createShopTracker(tally: Tally): ShopTracker {
  const events: { readonly [E in ShopEvent]: (data: ShopEventData) => void } = {
    view_item_list: data => tally.add('product_impressions', productCount(data)),
    select_item() {
      tally.add('product_clicks')
      tally.mark('opening_at')
    },
    // The page of a product that was selected in a list is the same opening; reached otherwise it is one of its own.
    view_item() {
      if (tally.sinceMs('opening_at') === null) tally.add('product_clicks')
      tally.unmark('opening_at')
    },
    add_to_cart() {
      tally.add('cart_adds')
      tally.mark('first_add_at')
    },
    remove_from_cart: () => tally.add('cart_removes'),
    begin_checkout: () => tally.mark('checkout_at'),
    add_payment_info: () => tally.add('payment_infos'),
    payment_failed: () => tally.add('payment_failures'),
    // What comes after a purchase is another cart and another checkout.
    purchase() {
      tally.add('purchases')
      tally.unmark('first_add_at')
      tally.unmark('checkout_at')
    },
  }
  const known = new Map(Object.entries(events))
  return (event, data = {}) => {
    known.get(event)?.(data)
    return known.has(event)
  }
}

/** How many products an event is about, one when it does not say. */
export function productCount(data: ShopEventData = {}): number {
  const count = data.items?.length ?? data.count ?? 1
  return Number.isFinite(count) ? Math.max(0, count) : 1
}
