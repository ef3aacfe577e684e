import { SIGNALS, type Signals } from '../contract/signals.ts'

/** Keeps only signals that the consent mode allows, whatever a collector reports. */
export function allowedSignals(signals: Signals, consent: 'essential' | 'full'): Signals {
  const allowed = SIGNALS.filter(row => consent === 'full' || row[4] === 'essential')
  return Object.fromEntries(allowed.map(([name]) => [name, signals[name] ?? null]))
}
