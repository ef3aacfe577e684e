import { automation } from './automation.ts'
import { cart } from './cart.ts'
import { checkout } from './checkout.ts'
import { clickThrough } from './click-through.ts'
import type { Collector, Reader } from './collector.ts'
import { device } from './device.ts'
import { deviceClass } from './device-class.ts'
import { fields } from './fields.ts'
import { keyboard } from './keyboard.ts'
import { pointer } from './pointer.ts'
import { session } from './session.ts'
import { untrusted } from './untrusted.ts'

// Another signal is one more file here and one more row in the contract's signal schema.

/** What watches a page from its load on. */
export const COLLECTORS: readonly Collector[] = [
  { consent: 'essential', collect: session },
  { consent: 'essential', collect: clickThrough },
  { consent: 'essential', collect: cart },
  { consent: 'essential', collect: checkout },
  { consent: 'essential', collect: untrusted },
  { consent: 'full', collect: pointer },
  { consent: 'full', collect: keyboard },
  { consent: 'full', collect: fields },
]

/** What is read once, when a token is made. */
export const READERS: readonly Reader[] = [
  { consent: 'essential', read: deviceClass },
  { consent: 'full', read: device },
  { consent: 'full', read: automation },
]
