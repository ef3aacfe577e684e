import { describe, expect, it } from 'vitest'
import { emptySession } from '../../packages/server/src/events/session.ts'
import type { HistoryRecord } from '../../packages/server/src/records/record.ts'
import { merged } from './merge.ts'

const payment = (atMs: number, account: string, amountMinor = 100): HistoryRecord => ({
  transaction: { id: `row-${atMs}`, amountMinor, currency: 'USD', account: { id: account } },
  ...{ siteId: 'site', action: 'checkout', receivedAtMs: atMs, session: emptySession('absent') },
  ...{ deviceThumbprint: null, visitorId: null, remoteIp: null, declinedAtMs: null, label: null },
})

async function* stream(...records: HistoryRecord[]) {
  yield* records
}

async function read(...parts: HistoryRecord[][]): Promise<string[]> {
  const accounts: string[] = []
  const names = parts.map((_, index) => `${index}.csv`)
  for await (const { transaction } of merged(
    parts.map(part => stream(...part)),
    names,
  ))
    accounts.push(transaction.account.id)
  return accounts
}

describe('files that are parts of one history', () => {
  it('are read in order of time, whichever is named first', async () => {
    const [early, late] = [[payment(1, 'ada'), payment(3, 'bob')], [payment(2, 'cleo')]]
    expect(await read(early, late)).toEqual(['ada', 'cleo', 'bob'])
    expect(await read(late, early)).toEqual(['ada', 'cleo', 'bob'])
  })

  it('may share a moment, but not a payment', async () => {
    expect(await read([payment(1, 'ada')], [payment(1, 'bob')])).toEqual(['ada', 'bob'])
    await expect(read([payment(0, 'bob'), payment(1, 'ada')], [payment(1, 'ada')])).rejects.toThrow(
      '0.csv and 1.csv overlap: both hold the payment of account ada at 1970-01-01T00:00:00.001Z',
    )
  })

  it('may repeat a payment within one file, as a retry does', async () => {
    expect(await read([payment(1, 'ada'), payment(1, 'ada')], [])).toEqual(['ada', 'ada'])
  })
})
