/**
 * Countries that an Accept-Language header names (RFC 9110, section 12.5.4), preferred first: `PE` of
 * `es-PE,es;q=0.9,en-US;q=0.8` before `US`. A language alone, or a region of the UN such as `es-419`, names none.
 */
export function languageCountries(header: string): readonly string[] {
  const ranked = header
    .split(',')
    .map(range => {
      const [tag = '', ...parameters] = range.trim().split(/\s*;\s*/)
      const quality = parameters.find(parameter => parameter.startsWith('q='))
      return { country: countryOf(tag), quality: quality === undefined ? 1 : Number(quality.slice(2)) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return [...new Set(ranked.flatMap(({ country }) => country ?? []))].slice(0, MAX_COUNTRIES)
}

const MAX_COUNTRIES = 4

/** The region of a language tag (RFC 5646): two letters after the language and, perhaps, a script. */
function countryOf(tag: string): string | undefined {
  return /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})(?:-|$)/i.exec(tag)?.[1]?.toUpperCase()
}
