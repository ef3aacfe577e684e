import { expect, it } from 'vitest'
import { emptySession } from '../events/session.ts'
import type { HistoryRecord } from '../records/record.ts'
import { Replay } from './replay.ts'

const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 0, 10)

function payment(hour: number, more: Partial<HistoryRecord> = {}): HistoryRecord {
  const receivedAtMs = START_MS + hour * HOUR_MS
  return {
    transaction: {
      id: `o${hour}`,
      createdAtMs: receivedAtMs,
      amountMinor: 1000,
      currency: 'PEN',
      account: { id: 'a' },
      items: [{ seller: 's' }],
    },
    siteId: 'site',
    action: 'checkout',
    receivedAtMs,
    session: emptySession('absent'),
    deviceThumbprint: null,
    visitorId: null,
    remoteIp: null,
    declinedAtMs: null,
    label: null,
    ...more,
  }
}

const replayAll = (records: readonly HistoryRecord[]) => {
  const replay = new Replay({
    site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
    lookupIp: () => ({ country: null, asn: null, hosting: null }),
    toSiteMinor: amountMinor => amountMinor,
  })
  return records.map(record => replay.next(record).features)
}

it('keeps a payment out of its own history', () => {
  const [first, second] = replayAll([payment(0), payment(1)])
  expect(first?.['trans_freq']).toBe(0)
  expect(second?.['trans_freq']).toBe(1)
})

it('lets a fraud label into the history when it was observed and not before', () => {
  const fraud = { fraud: true, source: 'chargeback', observedAtMs: START_MS + 5 * HOUR_MS }
  const hours = [0, 4, 6]
  const labelled = replayAll(hours.map(hour => payment(hour, hour === 0 ? { label: fraud } : {})))
  const unlabelled = replayAll(hours.map(hour => payment(hour)))
  expect(labelled[1]).toEqual(unlabelled[1])
  expect(labelled[2]).not.toEqual(unlabelled[2])
})

it('lets a decline into the history when it happened and not before', () => {
  const hours = [0, 1, 3]
  const declined = replayAll(
    hours.map(hour => payment(hour, hour === 0 ? { declinedAtMs: START_MS + 2 * HOUR_MS } : {})),
  )
  const accepted = replayAll(hours.map(hour => payment(hour)))
  expect(declined[1]).toEqual(accepted[1])
  expect(declined[2]).not.toEqual(accepted[2])
})

it('computes the same for the past whatever the future holds', () => {
  const past = [payment(0), payment(1)]
  const future = { fraud: true, source: 'chargeback', observedAtMs: START_MS + 99 * HOUR_MS }
  const records = [...past, payment(2, { label: future }), payment(3, { declinedAtMs: START_MS })]
  expect(replayAll(records).slice(0, 2)).toEqual(replayAll(past))
})
