import { AtalayaError } from '../base/errors.ts'
import type { Site } from './site.ts'

const DAY_MS = 86_400_000

/**
 * Amounts of any currency in minor units of the site's, by the site's rate of the day.
 *
 * @returns a function of minor units, ISO 4217 code and time (UTC epoch ms); it throws {@link AtalayaError}
 *   `currency_without_rate` when the table has no rate for that day
 */
export function siteCurrencyConverter(
  site: Pick<Site, 'currency' | 'rates'>,
): (amountMinor: number, currency: string, atMs: number) => number {
  const rates = site.rates
    .map(({ currency, from, rate }) => ({ currency, fromMs: Date.parse(from), rate }))
    .sort((a, b) => b.fromMs - a.fromMs)
  return (amountMinor, currency, atMs) => {
    if (currency === site.currency) return amountMinor
    const rate = rates.find(row => row.currency === currency && row.fromMs <= atMs)
    if (!rate) {
      const day = new Date(Math.floor(atMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
      throw new AtalayaError(
        'currency_without_rate',
        `the site counts in ${site.currency} and has no rate for ${currency} on ${day}`,
        `Add a rate for ${currency} to the site, or send the amount in ${site.currency}.`,
      )
    }
    return Math.round(
      (amountMinor / 10 ** minorDigits(currency)) * rate.rate * 10 ** minorDigits(site.currency),
    )
  }
}

const digits = new Map<string, number>()

/** Decimal digits of a currency's minor unit: 2 for PEN, 0 for CLP, 3 for KWD. */
function minorDigits(currency: string): number {
  let known = digits.get(currency)
  if (known === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    known = format.resolvedOptions().maximumFractionDigits ?? 2
    digits.set(currency, known)
  }
  return known
}
