import { useCallback, useEffect, useMemo, useState } from 'react'
import type { FeedEntry } from '../view.ts'
import { CasePanel } from './CasePanel.tsx'
import { FeedTable } from './FeedTable.tsx'
import { RateChart } from './RateChart.tsx'
import { Tiles } from './Tiles.tsx'
import { useFeed } from './useFeed.ts'
import { type Language, startLanguage, wordsOf } from './words.ts'

const OUTCOMES = ['allow', 'challenge', 'review', 'deny'] as const
type Filter = 'all' | FeedEntry['decision']

/** The console's first page: the live feed, and beside it the decision that was chosen. */
export function App() {
  const [language, setLanguage] = useState<Language>(startLanguage)
  const [filter, setFilter] = useState<Filter>('all')
  const [chosen, setChosen] = useState(() => new URLSearchParams(location.search).get('decision'))
  const feed = useFeed()
  const words = wordsOf(language)

  useEffect(() => {
    document.documentElement.lang = language
    localStorage.setItem('atalaya-console-language', language)
  }, [language])
  const choose = useCallback((id: string | null) => {
    setChosen(id)
    history.replaceState(null, '', id ? `?decision=${encodeURIComponent(id)}` : location.pathname)
  }, [])
  const shown = useMemo(
    () => (filter === 'all' ? feed.entries : feed.entries.filter(entry => entry.decision === filter)),
    [feed.entries, filter],
  )

  return (
    <>
      <header className="bar">
        <a className="brand" href="/console">
          <img src="/console/assets/icon.svg" alt="" width="28" height="28" /> Atalaya
        </a>
        <span className={feed.connected ? 'state on' : 'state'} role="status">
          {feed.connected ? words.live : words.lost}
        </span>
        <nav>
          <a href="/shop">{words.openShop}</a>
          <button type="button" onClick={() => setLanguage(language === 'es' ? 'en' : 'es')}>
            {language === 'es' ? 'English' : 'Español'}
          </button>
        </nav>
      </header>
      <main className={chosen ? 'with-case' : ''}>
        <section className="feed" aria-label={words.title}>
          <h1>{words.title}</h1>
          {!chosen && <p className="muted">{words.choose}</p>}
          <Tiles entries={feed.entries} words={words} />
          <RateChart entries={feed.entries} words={words} />
          <div className="controls">
            <fieldset className="filters">
              <legend className="hidden">{words.decision}</legend>
              {(['all', ...OUTCOMES] as const).map(option => (
                <label key={option} className={option === filter ? 'chosen' : ''}>
                  <input
                    type="radio"
                    name="filter"
                    checked={option === filter}
                    onChange={() => setFilter(option)}
                  />
                  {words[option]}
                </label>
              ))}
            </fieldset>
            <button type="button" aria-pressed={feed.paused} onClick={() => feed.pause(!feed.paused)}>
              {feed.paused ? `${words.resume} (${feed.held.length} ${words.waiting})` : words.pause}
            </button>
          </div>
          {feed.status === 'failed' ? (
            <p className="message" role="alert">
              {words.failed}.{' '}
              <button type="button" onClick={feed.reload}>
                {words.retry}
              </button>
            </p>
          ) : (
            <FeedTable
              entries={shown}
              chosen={chosen}
              onChoose={choose}
              words={words}
              language={language}
              loading={feed.status === 'loading'}
            />
          )}
        </section>
        <CasePanel id={chosen} onClose={() => choose(null)} words={words} language={language} />
      </main>
    </>
  )
}
