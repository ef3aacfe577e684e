import type { FeedEntry } from '../view.ts'
import type { Words } from './words.ts'

const MINUTES = 30
const MINUTE_MS = 60_000
const OUTCOMES = ['allow', 'challenge', 'review', 'deny'] as const

/** Decisions a minute as stacked columns, by outcome. */
export function RateChart({
  entries,
  words,
}: {
  readonly entries: readonly FeedEntry[]
  readonly words: Words
}) {
  const newest = entries[0]?.atMs
  if (newest === undefined) return null
  const end = Math.floor(newest / MINUTE_MS)
  const columns = Array.from({ length: MINUTES }, (_, place) => ({
    place,
    allow: 0,
    challenge: 0,
    review: 0,
    deny: 0,
  }))
  for (const entry of entries) {
    const column = columns[MINUTES - 1 - (end - Math.floor(entry.atMs / MINUTE_MS))]
    if (column) column[entry.decision] += 1
  }
  const tallest = Math.max(
    1,
    ...columns.map(column => OUTCOMES.reduce((sum, outcome) => sum + column[outcome], 0)),
  )
  return (
    <figure className="chart">
      <svg
        viewBox={`0 0 ${MINUTES * 10} 60`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.perMinute}
      >
        {columns.map(column => {
          let top = 60
          return OUTCOMES.map(outcome => {
            const height = (56 * column[outcome]) / tallest
            top -= height
            return (
              <rect
                key={`${column.place}-${outcome}`}
                x={column.place * 10 + 1}
                y={top}
                width={8}
                height={height}
                className={outcome}
              />
            )
          })
        })}
      </svg>
      <figcaption>
        {words.perMinute}
        <span className="legend">
          {OUTCOMES.map(outcome => (
            <span key={outcome}>
              <i className={outcome} /> {words[outcome]}
            </span>
          ))}
        </span>
      </figcaption>
    </figure>
  )
}
