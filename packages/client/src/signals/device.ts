import { browserNavigator } from '../page/browser.ts'
import type { Read } from './collector.ts'

/** Screen, touch, cores, languages, time zone, and whether the platform's stories agree. */
export const device: Read = () => ({
  // getTimezoneOffset is west of UTC.
  time_zone_offset_min: -new Date().getTimezoneOffset(),
  language_count: navigator.languages.length,
  screen_width_px: screen.width,
  screen_height_px: screen.height,
  pixel_ratio_pct: devicePixelRatio * 100,
  touch_points: navigator.maxTouchPoints,
  cpu_cores: navigator.hardwareConcurrency ?? null,
  platform_mismatch: Number(
    platformsDisagree(
      navigator.userAgent,
      navigator.platform,
      browserNavigator().userAgentData?.platform,
      navigator.maxTouchPoints,
    ),
  ),
})

const FAMILIES: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['windows', /win/i],
  ['android', /android/i],
  ['apple', /mac|iphone|ipad|ipod|ios/i],
  ['linux', /linux|x11|cros|chrom/i],
]

/** Whether user agent, `navigator.platform`, client hint and touch contradict each other. */
export function platformsDisagree(
  userAgent: string,
  platform: string,
  hint: string | undefined,
  touchPoints: number,
): boolean {
  const system = /\(([^)]*)\)/.exec(userAgent)?.[1] ?? ''
  const agent = familyOf(system)
  // Android's navigator.platform says Linux.
  const names = [platform, hint ?? ''].map(familyOf)
  const contradicts = names.some(
    name => name !== '' && agent !== '' && name !== agent && !(agent === 'android' && name === 'linux'),
  )
  const phone = agent === 'android' || /iphone|ipad/i.test(system)
  return contradicts || (phone && touchPoints === 0)
}

function familyOf(text: string): string {
  return FAMILIES.find(([, pattern]) => pattern.test(text))?.[0] ?? ''
}
