import type { ReactNode } from 'react'
import type { CaseView } from '../view.ts'
import { FeatureTable } from './FeatureTable.tsx'
import { Risk } from './FeedTable.tsx'
import { dateAndTime, duration, money, percent } from './format.ts'
import { ReasonBars } from './ReasonBars.tsx'
import type { Language, Words } from './words.ts'

interface Props {
  readonly view: CaseView
  readonly words: Words
  readonly language: Language
}

/** One decision: what was decided, why, and everything it was decided from. */
export function CaseBody({ view, words, language }: Props) {
  return (
    <>
      <header className="case-head">
        <span className={`pill large ${view.decision}`}>{words[view.decision]}</span>
        <h2>{view.orderId}</h2>
        <p>
          <strong>{money(view.amountMinor, view.currency)}</strong> · {dateAndTime(view.atMs, language)}
        </p>
        <p>
          <Risk score={view.score} />
          {view.expectedLossMinor !== null && (
            <span className="loss">
              {words.expectedLoss}: <strong>{money(view.expectedLossMinor, view.siteCurrency)}</strong>
            </span>
          )}
        </p>
        {view.degraded.length > 0 && (
          <p className="warning">
            {words.degraded}: {view.degraded.join(', ')}
          </p>
        )}
        {view.review && (
          <p>
            {words.deadline}: {dateAndTime(view.review.deadlineAtMs, language)} →{' '}
            {words[view.review.defaultAction]}
          </p>
        )}
        {view.challenge.length > 0 && (
          <p>
            {words.asks}: {view.challenge.map(way => words[way]).join(', ')}
          </p>
        )}
      </header>
      <Part title={words.reasons} help={words.reasonsHelp}>
        <ReasonBars reasons={view.reasons} words={words} language={language} />
      </Part>
      <Part title={words.rules}>
        {view.rules.length === 0 ? (
          <p className="muted">{words.none}</p>
        ) : (
          <ul className="rules">
            {view.rules.map(rule => (
              <li key={rule.id}>
                <span className={`pill ${rule.action}`}>{words[rule.action]}</span> <code>{rule.id}</code>{' '}
                {rule.description}
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title={words.session}>
        <SessionFacts view={view} words={words} />
      </Part>
      <Part title={words.entities}>
        <ul className="entities">
          {view.entities.map(entity => (
            <li key={entity.kind}>
              <strong>{entity.kind}</strong> <code>{entity.key}</code>
              <small>
                {entity.count24h} {words.seen24h} ·{' '}
                {entity.firstSeenMs === null
                  ? words.never
                  : `${words.firstSeen} ${dateAndTime(entity.firstSeenMs, language)}`}
              </small>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={words.features} help={words.featuresHelp}>
        <FeatureTable features={view.features} words={words} />
      </Part>
      <details>
        <summary>{words.signals}</summary>
        <table className="plain">
          <tbody>
            {view.signals.map(signal => (
              <tr key={signal.name}>
                <th scope="row">{signal.name}</th>
                <td className="number">{signal.value ?? '–'}</td>
                <td className="muted">{signal.unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <details>
        <summary>{words.versions}</summary>
        <dl className="facts">
          {Object.entries(view.versions).map(([name, version]) => (
            <Fact key={name} label={name}>
              <code>{version ?? '–'}</code>
            </Fact>
          ))}
        </dl>
      </details>
      <details>
        <summary>{words.envelope}</summary>
        <pre>{JSON.stringify(view.envelope, null, 2)}</pre>
      </details>
      <p className="muted">
        {words.replay} <code>npx atalaya replay {view.id}</code>
      </p>
    </>
  )
}

function SessionFacts({ view, words }: Pick<Props, 'view' | 'words'>) {
  const { token, prescore } = view
  return (
    <dl className="facts">
      <Fact label={words.token}>
        <span className={token.status === 'ok' ? 'ok' : 'not-ok'}>{token.status}</span>
      </Fact>
      <Fact label={words.key}>{token.keyState ?? '–'}</Fact>
      <Fact label={words.consent}>
        {[token.consent ?? '–', token.gpc === true && 'GPC'].filter(Boolean).join(' · ')}
      </Fact>
      <Fact label={words.nonceAge}>{duration(token.nonceAgeMs)}</Fact>
      <Fact label={words.skew}>{duration(token.clockSkewMs)}</Fact>
      <Fact label="SDK">{token.sdkVersion ?? '–'}</Fact>
      <Fact label={words.prescoreClient}>{percent(prescore.client)}</Fact>
      <Fact label={words.prescoreServer}>
        {percent(prescore.server)}
        {prescore.match !== null && (
          <span className={prescore.match ? 'ok' : 'not-ok'}>
            {' '}
            {prescore.match ? words.match : words.mismatch}
          </span>
        )}
      </Fact>
    </dl>
  )
}

function Part({
  title,
  help,
  children,
}: {
  readonly title: string
  readonly help?: string
  readonly children: ReactNode
}) {
  return (
    <section className="part">
      <h3>{title}</h3>
      {help && <p className="muted">{help}</p>}
      {children}
    </section>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
