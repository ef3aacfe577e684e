import { quietly } from '../page/scope.ts'
import { selectorOf } from './attributes.ts'
import type { ShopEvent, ShopTracker } from './track.ts'

/** Starts to read the page's data layer of that name; gives what ends it. */
export type ReadDataLayer = (name: string, track: ShopTracker) => () => void

/** GA4's recommended ecommerce events that the SDK counts. */
const GA4_EVENTS = new Set<unknown>([
  'view_item_list',
  'select_item',
  'view_item',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'add_payment_info',
  'purchase',
] satisfies readonly ShopEvent[])
/** Items of one push that are looked at; GA4 itself takes 200. */
const MAX_ITEMS = 500

/** Ids of products that lists of this page have shown: a list that is rendered again shows nothing new. */
const listed = new Set<string>()
/** Layers of which everything up to a moment has been dealt with. */
const begun = new WeakSet<object>()

interface Item {
  readonly item_id?: unknown
  readonly item_name?: unknown
}

/**
 * Reads ecommerce events from GA4's data layer: those that it holds already, then each further push. Both forms are
 * understood, Google Tag Manager's `{event, ecommerce}` and the arguments of `gtag('event', name, parameters)`.
 * Whatever a page pushes, reading never throws into it, never changes it and keeps nothing of it.
 *
 * An add is one act of the shopper, as a click on a marked button is, whatever quantity it names.
 */
export const readDataLayer: ReadDataLayer = (name, track) => {
  const page = window as unknown as Record<string, unknown>
  page[name] ??= []
  const layer = page[name]
  if (!Array.isArray(layer)) return () => {}
  const take = (entry: unknown) => quietly(() => count(entry, track))
  // What was pushed while consent was withdrawn stays unread.
  if (!begun.has(layer)) for (const entry of layer.slice()) take(entry)
  begun.add(layer)
  let active = true
  // Tag managers replace `push` too, before or after, and drop old entries; so entries are taken as they are pushed.
  const original: (...entries: unknown[]) => number = layer.push
  const patched = function (this: unknown, ...entries: unknown[]) {
    const length = Reflect.apply(original, this, entries)
    if (active) entries.forEach(take)
    return length
  }
  layer.push = patched
  return () => {
    active = false
    // Somebody may have patched on top of this patch: then it stays, inactive.
    if (layer.push === patched) layer.push = original
  }
}

function count(entry: unknown, track: ShopTracker): void {
  const [event, items] = eventOf(entry)
  if (!GA4_EVENTS.has(event)) return
  const isList = event === 'view_item_list'
  // Marked products are counted when they come into view and when they are clicked.
  if ((isList || event === 'select_item') && document.querySelector(selectorOf('product'))) return
  if (!isList) track(String(event))
  else if (!Array.isArray(items)) track('view_item_list')
  else {
    const fresh = items.slice(0, MAX_ITEMS).filter(isNew)
    if (fresh.length > 0) track('view_item_list', { count: fresh.length })
  }
}

/** Name and items of an event in either form. */
function eventOf(entry: unknown): [event: unknown, items: unknown] {
  if (typeof entry !== 'object' || entry === null) return [undefined, undefined]
  const { 0: command, 1: name, 2: parameters } = entry as readonly unknown[]
  if (command === 'event') return [name, (parameters as { items?: unknown } | undefined)?.items]
  const { event, ecommerce } = entry as { event?: unknown; ecommerce?: { items?: unknown } | null }
  return [event, ecommerce?.items]
}

/** Whether no list of this page has shown the item; ids are strings or numbers, and one without any is new. */
function isNew(item: unknown): boolean {
  const { item_id, item_name } = (item ?? {}) as Item
  const id = item_id ?? item_name
  if (typeof id !== 'string' && typeof id !== 'number') return true
  const key = String(id)
  if (listed.has(key)) return false
  listed.add(key)
  return true
}
