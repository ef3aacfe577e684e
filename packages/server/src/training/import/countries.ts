import countries from 'i18n-iso-countries'

/** How people call countries in Latin American exports. */
const LANGUAGES = ['en', 'es', 'pt'] as const

/** Words that neither the standard nor its translations have. */
const EVERYDAY: Readonly<Record<string, string>> = {
  uk: 'GB',
  usa: 'US',
  england: 'GB',
  'ee.uu.': 'US',
  eeuu: 'US',
}

const known = new Map<string, string | null>()
/** A file has few countries; what is beyond is no column of countries. */
const MAX_KNOWN = 10_000

/**
 * The alpha-2 code that a text means: alpha-2 or alpha-3 in any case, or the country's name in English, Spanish or
 * Portuguese; null when it means none.
 */
export function countryOf(text: string): string | null {
  const cached = known.get(text)
  if (cached !== undefined) return cached
  if (known.size >= MAX_KNOWN) known.clear()
  const code = find(text.trim())
  known.set(text, code)
  return code
}

function find(text: string): string | null {
  const upper = text.toUpperCase()
  if (/^[A-Z]{2}$/.test(upper) && countries.isValid(upper)) return upper
  if (/^[A-Z]{3}$/.test(upper)) {
    const code = countries.alpha3ToAlpha2(upper)
    if (code !== undefined) return code
  }
  const everyday = EVERYDAY[text.toLowerCase()]
  if (everyday !== undefined) return everyday
  for (const language of LANGUAGES) {
    const code = countries.getSimpleAlpha2Code(text, language)
    if (code !== undefined) return code
  }
  return null
}
