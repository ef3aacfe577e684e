import { foldWord } from '../base/words.ts'

export const BRANDS = [
  'visa',
  'mastercard',
  'amex',
  'diners',
  'discover',
  'unionpay',
  'jcb',
  'maestro',
] as const

/** First and last of the issuer's first digits, by the brands' published ranges; the first that fits counts. */
const RANGES: readonly [first: string, last: string, brand: (typeof BRANDS)[number]][] = [
  ['4', '4', 'visa'],
  ['51', '55', 'mastercard'],
  ['2221', '2720', 'mastercard'],
  ['34', '34', 'amex'],
  ['37', '37', 'amex'],
  ['300', '305', 'diners'],
  ['3095', '3095', 'diners'],
  ['36', '36', 'diners'],
  ['38', '39', 'diners'],
  ['6011', '6011', 'discover'],
  ['644', '649', 'discover'],
  ['65', '65', 'discover'],
  ['62', '62', 'unionpay'],
  ['81', '81', 'unionpay'],
  ['3528', '3589', 'jcb'],
  ['50', '50', 'maestro'],
  ['56', '58', 'maestro'],
  ['67', '67', 'maestro'],
]

const WORDS: Readonly<Record<string, string>> = {
  master: 'mastercard',
  master_card: 'mastercard',
  mc: 'mastercard',
  american_express: 'amex',
  diners_club: 'diners',
  union_pay: 'unionpay',
  visa_debit: 'visa',
  visa_electron: 'visa',
  debvisa: 'visa',
  debmaster: 'mastercard',
}

/** The brand of a card by its first digits, or `other`. */
export function brandOfBin(bin: string): string {
  const found = RANGES.find(([first, last]) => {
    const start = bin.slice(0, first.length)
    return start >= first && start <= last
  })
  return found?.[2] ?? 'other'
}

/** The brand that a shop or its payment provider names, or `other`. */
export function brandOfWord(word: string): string {
  const folded = foldWord(word)
  const brand = WORDS[folded] ?? folded
  return BRANDS.find(known => known === brand) ?? 'other'
}
