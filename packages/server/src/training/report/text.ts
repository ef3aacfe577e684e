/** Text inside XML and HTML. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A count with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en')
}

/** A figure with four digits that mean something. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(4)))
}

/** A share as percent, with a digit more where it is small. */
export function percent(share: number): string {
  const value = 100 * share
  return `${value === 0 || Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)} %`
}

/** A share as percent on an axis. */
export function percentTick(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`
}

/** Minor units as units of the currency. */
export function money(minor: number, digits = 2): string {
  return (minor / 100).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** The day of a time, UTC. */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
