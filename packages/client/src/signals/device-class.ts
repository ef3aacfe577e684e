import { DEVICE_CLASSES, type DeviceClass } from '../contract/signals.ts'
import { browserNavigator } from '../page/browser.ts'
import type { Store } from '../page/storage.ts'
import type { Read } from './collector.ts'

/** Kind of device and whether the browser stores anything. */
export const deviceClass: Read = store => ({
  device_class: DEVICE_CLASSES.indexOf(
    classify(
      navigator.userAgent,
      navigator.maxTouchPoints,
      browserNavigator().userAgentData?.mobile === true,
    ),
  ),
  storage_available: Number(works(store)),
})

/** Whether something written can be read back. */
function works(store: Store): boolean {
  store.write('atalaya.probe', '1')
  const found = store.read('atalaya.probe') === '1'
  store.write('atalaya.probe', null)
  return found
}

/** Kind of device from the user agent string, which every request carries anyway. */
export function classify(userAgent: string, touchPoints: number, mobileHint: boolean): DeviceClass {
  if (/bot\b|crawl|spider|headless|phantom|lighthouse/i.test(userAgent)) return 'bot'
  // iPadOS says it is a Mac; no Mac has a touch screen. Android tablets leave "Mobile" out.
  if (/ipad|tablet|playbook|silk/i.test(userAgent)) return 'tablet'
  if (/macintosh/i.test(userAgent) && touchPoints > 1) return 'tablet'
  if (/android/i.test(userAgent)) return /mobile/i.test(userAgent) || mobileHint ? 'mobile' : 'tablet'
  if (/iphone|ipod|mobile/i.test(userAgent) || mobileHint) return 'mobile'
  return /windows|macintosh|linux|x11|cros/i.test(userAgent) ? 'desktop' : 'unknown'
}
