import { quietly } from './scope.ts'
import type { Store } from './storage.ts'

/** After so long without any event a session is over. */
export const SESSION_IDLE_MS = 30 * 60_000
const STORE_KEY = 'atalaya.session'

/** Marks are told from counts by their names. */
export type MarkName = `${string}_at`

/** Numbers of a session by name: counts, sums, and marks (times in epoch ms). */
export interface Tally {
  add(name: string, by?: number): void
  get(name: string): number
  /** Notes the time of something, the first time only. */
  mark(name: MarkName): void
  unmark(name: MarkName): void
  /** Milliseconds since {@link mark}, `null` when it has not happened. */
  sinceMs(name: MarkName): number | null
}

/**
 * The record of a shopping session: it goes over the pages of a tab and ends after 30 idle minutes.
 * What needs full consent is kept apart, so that it can be dropped when consent is withdrawn.
 */
export interface Session {
  id(): string
  startedMs(): number
  tally(consent: 'essential' | 'full'): Tally
  /** A short text kept with the full-consent part (the device pack's answer). */
  note(): string
  setNote(text: string): void
  /** Begins a new session. */
  renew(): void
  /** Takes up what another page of the tab wrote meanwhile, after a return from the back/forward cache. */
  reload(): void
  dropFull(): void
  /** Whether this page began the session. */
  isNew(): boolean
  /** The record as text, for another tab: what needs full consent stays in its own. */
  text(): string
  /** Takes up the session of another tab, with what this page counted, if this page began its own later. */
  adopt(text: string): void
  save(): void
  erase(): void
}

interface SessionRecord {
  id: string
  startedMs: number
  lastMs: number
  essential: Record<string, number>
  full: Record<string, number>
  note: string
}

/** Opens the session of a tab: the stored one while it is fresh, otherwise a new one. */
export function openSession(store: Store, now: () => number, newId: () => string): Session {
  const fresh = (): SessionRecord => ({
    id: newId(),
    startedMs: now(),
    lastMs: now(),
    essential: {},
    full: {},
    note: '',
  })
  const stored = () => {
    const record = parseRecord(store.read(STORE_KEY))
    return record && now() - record.lastMs < SESSION_IDLE_MS ? record : undefined
  }
  const found = stored()
  let record = found ?? fresh()
  let mine = !found
  const renew = () => {
    record = fresh()
    mine = false // What was ended on purpose, or by time, is not taken up again from elsewhere.
  }
  const touch = () => {
    if (now() - record.lastMs >= SESSION_IDLE_MS) renew()
    record.lastMs = now()
  }
  const tally = (numbers: () => Record<string, number>): Tally => ({
    add(name, by = 1) {
      touch()
      numbers()[name] = (numbers()[name] ?? 0) + by
    },
    get: name => numbers()[name] ?? 0,
    mark(name) {
      touch()
      numbers()[name] ??= now()
    },
    unmark(name) {
      delete numbers()[name]
    },
    sinceMs(name) {
      const at = numbers()[name]
      return at === undefined ? null : Math.max(0, now() - at)
    },
  })
  return {
    id: () => record.id,
    startedMs: () => record.startedMs,
    tally: consent => tally(() => record[consent]),
    note: () => record.note,
    setNote(text) {
      record.note = text
    },
    renew,
    isNew: () => mine,
    text: () => JSON.stringify({ ...record, full: {}, note: '' }),
    adopt(text) {
      const other = parseRecord(text)
      if (!mine || !other || other.startedMs >= record.startedMs) return
      for (const [name, value] of Object.entries(record.essential)) {
        const theirs = other.essential[name]
        // Counts add up; of two times the earlier one is the session's.
        other.essential[name] = isTime(name) ? Math.min(theirs ?? value, value) : (theirs ?? 0) + value
      }
      record = { ...other, full: record.full, note: record.note }
    },
    reload() {
      record = stored() ?? record
    },
    dropFull() {
      record.full = {}
      record.note = ''
    },
    save: () => store.write(STORE_KEY, JSON.stringify(record)),
    erase() {
      store.write(STORE_KEY, null)
      renew()
    },
  }
}

/** Whether a name is that of a mark rather than of a count. */
function isTime(name: string): boolean {
  return name.endsWith('_at')
}

/** A stored record, or `undefined` when there is none or the page (or an older SDK) left something else there. */
function parseRecord(text: string | null): SessionRecord | undefined {
  let record: SessionRecord | undefined
  quietly(() => {
    const value = JSON.parse(text ?? 'null')
    const numbers = [value.startedMs, value.lastMs]
    numbers.push(...Object.values(value.essential), ...Object.values(value.full))
    const isText = (part: unknown) => typeof part === 'string'
    if (numbers.every(Number.isFinite) && isText(value.id) && isText(value.note)) record = value
  })
  return record
}
