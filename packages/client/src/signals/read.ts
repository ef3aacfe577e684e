import type { SignalConsent, Signals } from '../contract/signals.ts'
import { quietly } from '../page/scope.ts'
import type { Store } from '../page/storage.ts'
import type { Reader } from './collector.ts'

/** Reads each reader apart from the others: the signals of one that throws are not collected. */
export function readSignals(readers: readonly Reader[], consent: SignalConsent, store: Store): Signals {
  const signals: Signals = {}
  for (const reader of readers) {
    if (consent === 'full' || reader.consent === 'essential') {
      quietly(() => Object.assign(signals, reader.read(store)))
    }
  }
  return signals
}
