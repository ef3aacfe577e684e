import type { HistoryRecord } from '../../packages/server/src/records/record.ts'

/**
 * Merges streams that are each in order of time; of one time the earlier stream's records come first.
 *
 * @param names of the streams, for the fault
 * @throws Error when two streams hold the same payment
 */
export async function* merged(
  streams: readonly AsyncGenerator<HistoryRecord>[],
  names: readonly string[],
): AsyncGenerator<HistoryRecord> {
  const heads = await Promise.all(streams.map(stream => stream.next()))
  const refuseRepeats = repeatsRefused(names)
  for (;;) {
    let first = -1
    let firstAtMs = Number.POSITIVE_INFINITY
    for (const [index, head] of heads.entries()) {
      if (head.done || head.value.receivedAtMs >= firstAtMs) continue
      first = index
      firstAtMs = head.value.receivedAtMs
    }
    const [head, stream] = [heads[first], streams[first]]
    if (head === undefined || head.done || stream === undefined) return
    if (streams.length > 1) refuseRepeats(head.value, first)
    yield head.value
    heads[first] = await stream.next()
  }
}

/** Told of every record in order of time with the number of its stream; throws when two streams hold the same one. */
function repeatsRefused(names: readonly string[]): (record: HistoryRecord, stream: number) => void {
  // The same payment has the same time in both, so only those of one time have to be remembered.
  const seen = new Map<string, number>()
  let seenAtMs = Number.NaN
  return (record, stream) => {
    if (record.receivedAtMs !== seenAtMs) seen.clear()
    seenAtMs = record.receivedAtMs
    const payment = identityOf(record)
    const other = seen.get(payment) ?? stream
    if (other !== stream) {
      const when = new Date(seenAtMs).toISOString()
      throw new Error(
        `${names[other]} and ${names[stream]} overlap: both hold the payment of account ${record.transaction.account.id} at ${when}; give each part of the history once`,
      )
    }
    seen.set(payment, stream)
  }
}

/** Not the order id: where a file has none, it is the number of the line. */
const identityOf = ({ transaction: { account, amountMinor, items }, deviceThumbprint }: HistoryRecord) =>
  JSON.stringify([account.id, amountMinor, items?.[0]?.seller, deviceThumbprint])
