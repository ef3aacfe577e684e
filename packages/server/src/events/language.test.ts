import { expect, it } from 'vitest'
import { languageCountries } from './language.ts'

it.each([
  ['es-PE,es;q=0.9,en-US;q=0.8', ['PE', 'US']],
  ['en-US;q=0.5, es-PE', ['PE', 'US']],
  ['zh-Hant-TW', ['TW']],
  ['es-419,es', []],
  ['es-PE,ES-pe', ['PE']],
  ['fr-FR;q=0, es-CL', ['CL']],
  ['*', []],
  [';;,,', []],
])('%s names the countries %j', (header, countries) => {
  expect(languageCountries(header)).toEqual(countries)
})
