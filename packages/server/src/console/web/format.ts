import type { FeatureValue } from '../../features/types.ts'
import type { Language } from './words.ts'

const locale = (language: Language) => (language === 'es' ? 'es-PE' : 'en-GB')
const LIMA = 'America/Lima'

/** Amounts as a shop in Peru writes them, in either language: S/ 1,899.00. */
export const money = (amountMinor: number, currency: string): string =>
  new Intl.NumberFormat('es-PE', { style: 'currency', currency }).format(amountMinor / 100)

export const clock = (atMs: number, language: Language): string =>
  new Intl.DateTimeFormat(locale(language), { timeStyle: 'medium', timeZone: LIMA, hour12: false }).format(
    atMs,
  )

export const dateAndTime = (atMs: number, language: Language): string =>
  new Intl.DateTimeFormat(locale(language), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: LIMA,
    hour12: false,
  }).format(atMs)

/** A probability as a percentage, with the digits that matter at its size. */
export function percent(value: number | null): string {
  if (value === null) return '–'
  return `${(value * 100).toFixed(value < 0.01 ? 2 : value < 0.1 ? 1 : 0)} %`
}

export function duration(ms: number | null): string {
  if (ms === null) return '–'
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`
}

export function featureText(value: FeatureValue): string {
  if (value === null) return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(4)
  return String(value)
}
