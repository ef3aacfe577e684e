import { describe, expect, test } from 'vitest'
import { openSession } from '../page/session.ts'
import { createShopTracker } from './track.ts'

function shop() {
  const store = { read: () => null, write: () => {} }
  const tally = openSession(
    store,
    () => 1,
    () => 'id',
  ).tally('essential')
  return { tally, track: createShopTracker(tally) }
}

describe('shop events', () => {
  test('count the products of a list, by items or by number', () => {
    const { tally, track } = shop()
    track('view_item_list', { items: [{}, {}, {}] })
    track('view_item_list', { count: 2 })
    track('view_item_list')
    expect(tally.get('product_impressions')).toBe(6)
  })

  test('are not misled by a count that is none', () => {
    const { tally, track } = shop()
    track('view_item_list', { count: -5 })
    track('view_item_list', { count: Number.NaN })
    expect(tally.get('product_impressions')).toBe(1)
  })

  test('take selecting a product and seeing its page for one opening', () => {
    const { tally, track } = shop()
    track('select_item')
    track('view_item')
    expect(tally.get('product_clicks')).toBe(1)
    track('view_item')
    expect(tally.get('product_clicks')).toBe(2)
  })

  test('time the next cart anew after a purchase', () => {
    const { tally, track } = shop()
    track('add_to_cart')
    track('begin_checkout')
    track('purchase')
    expect([tally.sinceMs('first_add_at'), tally.sinceMs('checkout_at')]).toEqual([null, null])
  })

  test('have known names only', () => {
    const { track } = shop()
    expect(track('add_to_cart')).toBe(true)
    for (const name of ['toString', 'refund', '']) expect(track(name)).toBe(false)
  })
})
