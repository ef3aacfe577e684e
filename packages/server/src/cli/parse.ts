import { InvalidArgumentError } from 'commander'

/** An option's number within bounds. */
export function numberBetween(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() !== '' && value >= low && value <= high) return value
    throw new InvalidArgumentError(`Give a number from ${low} to ${high}.`)
  }
}

/** An option's whole number within bounds. */
export function wholeNumberBetween(low: number, high: number): (text: string) => number {
  return text => {
    if (/^\d+$/.test(text)) return numberBetween(low, high)(text)
    throw new InvalidArgumentError(`Give a whole number from ${low} to ${high}.`)
  }
}

/** An option's date as UTC epoch ms; a date without a time is its midnight in UTC. */
export function dateMs(text: string): number {
  const value = Date.parse(text)
  if (Number.isNaN(value))
    throw new InvalidArgumentError('Give a date like 2026-01-31 or 2026-01-31T05:00:00Z.')
  return value
}
