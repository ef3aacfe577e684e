import type { CaseView } from '../view.ts'
import type { Language, Words } from './words.ts'

interface Props {
  readonly reasons: CaseView['reasons']
  readonly words: Words
  readonly language: Language
}

/** Reasons as bars from a common middle: right raises the risk, left lowers it. */
export function ReasonBars({ reasons, words, language }: Props) {
  if (reasons.length === 0) return <p className="muted">{words.none}</p>
  const longest = Math.max(...reasons.map(reason => Math.abs(reason.contribution)))
  return (
    <ul className="reasons">
      {reasons.map(reason => {
        const length = (48 * Math.abs(reason.contribution)) / longest
        const raises = reason.contribution > 0
        return (
          <li key={reason.code}>
            <span className="text">{reason.text[language]}</span>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect
                x={raises ? 50 : 50 - length}
                y="1"
                width={length}
                height="8"
                className={raises ? 'raises' : 'lowers'}
              />
              <rect x="49.8" y="0" width="0.4" height="10" className="middle-line" />
            </svg>
            <span className="number">
              {raises ? '+' : '−'}
              {Math.abs(reason.contribution).toFixed(2)}
            </span>
            <small>{reason.features.join(', ')}</small>
          </li>
        )
      })}
    </ul>
  )
}
