import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { History } from '../history/index.ts'
import { CATALOGUE, CATALOGUE_VERSION, COMMISSIONED, computeFeatures } from './catalogue.ts'
import { featureInputs } from './testing/arbitraries.ts'
import { FULL_EVENT, LIMA_SHOP, PLAIN_EVENT, TUESDAY_MS } from './testing/fixtures.ts'
import type { FeatureRow } from './types.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const present = (row: FeatureRow) => Object.keys(row).filter(name => row[name] !== null)

describe('the catalogue', () => {
  it('declares the twelve commissioned features by their names', () => {
    expect(COMMISSIONED.size).toBe(12)
    expect(CATALOGUE.map(({ name }) => name)).toEqual(expect.arrayContaining([...COMMISSIONED]))
  })

  it('names every feature once', () => {
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length)
  })

  it('gives every category a vocabulary without doubles', () => {
    for (const { name, type, values } of CATALOGUE) {
      expect(values === undefined, name).toBe(type !== 'category')
      expect(new Set(values).size, name).toBe(values?.length ?? 0)
    }
  })

  it('has a version that is a content hash', () => {
    expect(CATALOGUE_VERSION).toMatch(/^[0-9a-f]{32}$/)
  })

  it('has no feature that reads consent or Global Privacy Control', () => {
    const row = computeFeatures({ event: FULL_EVENT, history: {}, site: LIMA_SHOP })
    for (const facts of [{ consent: 'essential' as const }, { gpc: true }]) {
      const event = { ...FULL_EVENT, session: { ...FULL_EVENT.session, ...facts } }
      expect(computeFeatures({ event, history: {}, site: LIMA_SHOP })).toEqual(row)
    }
  })
})

describe('a row', () => {
  it('has a value of the declared type for every feature, finite, or null', () => {
    fc.assert(
      fc.property(featureInputs, input => {
        const row = computeFeatures(input)
        expect(Object.keys(row)).toEqual(CATALOGUE.map(({ name }) => name))
        for (const { name, type } of CATALOGUE) {
          const value = row[name]
          if (value === null) continue
          expect(typeof value, name).toBe(type === 'category' ? 'string' : type)
          if (typeof value === 'number') expect(Number.isFinite(value), name).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is the same to the bit after input and row went through JSON', () => {
    fc.assert(
      fc.property(featureInputs, input => {
        const again = computeFeatures(JSON.parse(JSON.stringify(input)))
        const stored = JSON.parse(JSON.stringify(computeFeatures(input)))
        for (const { name } of CATALOGUE) expect(again[name], name).toBe(stored[name])
      }),
      { numRuns: 100 },
    )
  })

  it('of a plain card payment has amount, time and history, and misses the rest', () => {
    const history = new History({ hashKey: new Uint8Array(16) })
    history.record({ atMs: TUESDAY_MS - DAY_MS / 2, keys: PLAIN_EVENT.keys, amountMinor: 5_000 })
    const row = computeFeatures({
      event: PLAIN_EVENT,
      history: history.view(PLAIN_EVENT.keys, PLAIN_EVENT.atMs),
      site: LIMA_SHOP,
    })
    expect(row).toMatchObject({
      trans_amount: 12_345,
      trans_freq: 1,
      avg_trans_amount: 5_000,
      time_since_last_trans: DAY_MS / 2 / 1000,
      account_first_seen: false,
      fraud_rate_seller_30d: 0,
      time_of_day: 15,
      is_weekend: false,
      session_duration: null,
      token_status: null,
      trans_risk_score: null,
      trans_freq_card_24h: null,
      geo_location: null,
      ip_country: null,
    })
    expect(present(row).every(name => !/^(session|device|card|token|ip|visitor)_/.test(name))).toBe(true)
  })

  it('of an ordinary order has all commissioned features', () => {
    const history = new History({ hashKey: new Uint8Array(16) })
    history.record({ atMs: TUESDAY_MS - 3 * DAY_MS, keys: FULL_EVENT.keys, amountMinor: 8_000 })
    const row = computeFeatures({
      event: FULL_EVENT,
      history: history.view(FULL_EVENT.keys, FULL_EVENT.atMs),
      site: LIMA_SHOP,
    })
    for (const name of COMMISSIONED) expect(row[name], name).not.toBeNull()
    expect(row).toMatchObject({
      geo_location: 'ancash',
      device_type: 'mobile',
      ip_country: 'PE',
      session_duration: 600,
      click_through_rate: 6 / 48,
      add_to_cart_freq: 2 / 10.25,
      trans_risk_score: 0.1,
      device_time_zone_gap: 0,
      basket_category: 'electronics',
      cvv_result: 'match',
      billing_shipping_mismatch: true,
    })
  })
})

describe('point in time', () => {
  const past = fc.array(
    fc.record({
      ageMs: fc.integer({ min: 1, max: 60 * DAY_MS }),
      amountMinor: fc.nat(100_000),
      kind: fc.constantFrom('payment', 'decline', 'fraud'),
    }),
    { minLength: 1, maxLength: 30 },
  )

  it('holds: orders, declines and labels of later change no feature of now', () => {
    fc.assert(
      fc.property(past, past, (before, after) => {
        const { keys, atMs } = FULL_EVENT
        const history = new History({ hashKey: new Uint8Array(16) })
        const add = (sign: 1 | -1, marks: typeof before) => {
          for (const { ageMs, amountMinor, kind } of marks.toSorted((a, b) => sign * (a.ageMs - b.ageMs))) {
            const mark = { keys, atMs: atMs + sign * ageMs }
            if (kind === 'payment') history.record({ ...mark, amountMinor })
            else if (kind === 'decline') history.recordDecline(mark)
            else history.recordFraud(mark)
          }
        }
        const features = () =>
          computeFeatures({ event: FULL_EVENT, history: history.view(keys, atMs), site: LIMA_SHOP })
        add(-1, before)
        const row = features()
        // As many later events as keep the earlier ones apart in the entity's list.
        add(1, after.slice(0, 40 - before.length))
        expect(features()).toEqual(row)
      }),
      { numRuns: 50 },
    )
  })

  it('holds: an order is not in its own history', () => {
    const history = new History({ hashKey: new Uint8Array(16) })
    const views = history.view(FULL_EVENT.keys, FULL_EVENT.atMs)
    history.record({ keys: FULL_EVENT.keys, atMs: FULL_EVENT.atMs, amountMinor: FULL_EVENT.siteAmountMinor })
    const row = computeFeatures({ event: FULL_EVENT, history: views, site: LIMA_SHOP })
    expect(row).toMatchObject({ trans_freq: 0, account_first_seen: true, time_since_last_trans: null })
  })

  it('holds: an order dated back to before the last one follows it at once', () => {
    const history = new History({ hashKey: new Uint8Array(16) })
    history.record({ keys: { account: 'ada' }, atMs: TUESDAY_MS, amountMinor: 100 })
    const row = computeFeatures({
      event: { ...PLAIN_EVENT, atMs: TUESDAY_MS - MINUTE_MS },
      history: history.view({ account: 'ada' }, TUESDAY_MS),
      site: LIMA_SHOP,
    })
    expect(row['time_since_last_trans']).toBe(0)
  })
})
