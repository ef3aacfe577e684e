import type { FeedEntry } from '../view.ts'
import { clock, money, percent } from './format.ts'
import type { Language, Words } from './words.ts'

const ROWS = 200

interface Props {
  readonly entries: readonly FeedEntry[]
  readonly chosen: string | null
  readonly onChoose: (id: string) => void
  readonly words: Words
  readonly language: Language
  readonly loading: boolean
}

/** The newest decisions as a table; each row's order is a button that opens its case. */
export function FeedTable({ entries, chosen, onChoose, words, language, loading }: Props) {
  if (entries.length === 0) {
    return (
      <p className="message">
        {loading ? words.loading : words.empty} {!loading && <a href="/shop">{words.openShop}</a>}
      </p>
    )
  }
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            <th scope="col">{words.order}</th>
            <th scope="col" className="number">
              {words.amount}
            </th>
            <th scope="col">{words.decision}</th>
            <th scope="col">{words.risk}</th>
            <th scope="col" className="wide">
              {words.token}
            </th>
            <th scope="col" className="wide from">
              {words.from}
            </th>
            <th scope="col" className="wider">
              {words.reason}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.slice(0, ROWS).map(entry => (
            <tr
              key={entry.id}
              className={entry.id === chosen ? 'chosen' : ''}
              onClick={() => onChoose(entry.id)}
            >
              <td className="time">{clock(entry.atMs, language)}</td>
              <td>
                <button
                  type="button"
                  className="link"
                  aria-current={entry.id === chosen}
                  onClick={() => onChoose(entry.id)}
                >
                  {entry.orderId}
                </button>
              </td>
              <td className="number">{money(entry.amountMinor, entry.currency)}</td>
              <td>
                <span className={`pill ${entry.decision}`}>{words[entry.decision]}</span>
              </td>
              <td>
                <Risk score={entry.score} />
              </td>
              <td className={`wide token ${entry.tokenStatus === 'ok' ? 'ok' : 'not-ok'}`}>
                {entry.tokenStatus}
              </td>
              <td className="wide from">{[entry.country ?? '–', entry.deviceType].join(' · ')}</td>
              <td className="wider">{entry.firstReason?.[language] ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A probability as a short bar on a square-root scale, since most risks are small, with its number beside it. */
export function Risk({ score }: { readonly score: number | null }) {
  return (
    <span className="risk">
      <svg viewBox="0 0 60 8" width="60" height="8" aria-hidden="true">
        <rect width="60" height="8" rx="4" className="track" />
        <rect
          width={score === null ? 0 : Math.max(2, 60 * Math.sqrt(score))}
          height="8"
          rx="4"
          className={level(score)}
        />
      </svg>
      {percent(score)}
    </span>
  )
}

export const level = (score: number | null): string =>
  score === null || score < 0.05 ? 'low' : score < 0.3 ? 'middle' : 'high'
