import type { FeedEntry } from '../view.ts'
import { money } from './format.ts'
import type { Words } from './words.ts'

const HOUR_MS = 3_600_000

interface Props {
  readonly entries: readonly FeedEntry[]
  readonly words: Words
}

/** Four figures over the last hour of the feed. */
export function Tiles({ entries, words }: Props) {
  const newest = entries[0]?.atMs ?? 0
  const hour = entries.filter(entry => entry.atMs > newest - HOUR_MS)
  const share = (count: number) => (hour.length === 0 ? '–' : `${((100 * count) / hour.length).toFixed(1)} %`)
  const count = (decision: FeedEntry['decision']) => hour.filter(entry => entry.decision === decision).length
  const stopped = hour
    .filter(entry => entry.decision === 'deny')
    .reduce((sum, entry) => sum + entry.amountMinor, 0)
  return (
    <dl className="tiles">
      <Tile label={words.decisions} value={String(hour.length)} note={words.lastHour} />
      <Tile label={words.approval} value={share(count('allow'))} note={words.lastHour} />
      <Tile
        label={`${words.challenge} · ${words.review}`}
        value={`${count('challenge')} · ${count('review')}`}
        note={words.lastHour}
      />
      <Tile
        label={words.stopped}
        value={money(stopped, entries[0]?.currency ?? 'PEN')}
        note={`${count('deny')} · ${words.lastHour}`}
      />
    </dl>
  )
}

function Tile({
  label,
  value,
  note,
}: {
  readonly label: string
  readonly value: string
  readonly note: string
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {value} <small>{note}</small>
      </dd>
    </div>
  )
}
