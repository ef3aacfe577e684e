import { useCallback, useEffect, useState } from 'react'
import type { CaseView } from '../view.ts'
import { loadCase } from './api.ts'
import { CaseBody } from './CaseBody.tsx'
import type { Language, Words } from './words.ts'

interface Props {
  readonly id: string | null
  readonly onClose: () => void
  readonly words: Words
  readonly language: Language
}

/** Loads and shows the chosen decision; Escape closes it. */
export function CasePanel({ id, onClose, words, language }: Props) {
  const [view, setView] = useState<CaseView | null>(null)
  const [failed, setFailed] = useState(false)
  const load = useCallback((wanted: string) => {
    let current = true
    setFailed(false)
    loadCase(wanted).then(
      loaded => current && setView(loaded),
      () => current && setFailed(true),
    )
    return () => {
      current = false
    }
  }, [])
  useEffect(() => (id === null ? undefined : load(id)), [id, load])
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && onClose()
    addEventListener('keydown', close)
    return () => removeEventListener('keydown', close)
  }, [onClose])

  if (id === null) return null
  return (
    <aside className="case" aria-label={id}>
      <button type="button" className="close" onClick={onClose}>
        {words.close}
      </button>
      {failed ? (
        <p className="message" role="alert">
          {words.failed}.{' '}
          <button type="button" onClick={() => load(id)}>
            {words.retry}
          </button>
        </p>
      ) : view?.id === id ? (
        <CaseBody view={view} words={words} language={language} />
      ) : (
        <p className="message">{words.loading}</p>
      )}
    </aside>
  )
}
