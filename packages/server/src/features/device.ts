import { DEVICE_CLASSES, type SignalName } from '@atalaya/client/contract'
import { addedOn, category, flag, number } from './declare.ts'
import type { Feature } from './types.ts'

/** A signal of 0 or 1. */
function flagSignal(name: string, signal: SignalName, description: string): Feature {
  return flag({
    name,
    description,
    entity: 'session',
    source: 'token',
    compute: ({ signals }) => {
      const value = signals?.[signal] ?? null
      return value === null ? null : value === 1
    },
  })
}

function countSignal(name: string, signal: SignalName, description: string): Feature {
  return number('count', {
    name,
    description,
    entity: 'session',
    source: 'token',
    compute: ({ signals }) => signals?.[signal] ?? null,
  })
}

export const DEVICE_FEATURES: readonly Feature[] = [
  category(DEVICE_CLASSES, {
    name: 'device_type',
    description: 'Kind of device, from user agent, pointer and screen together',
    entity: 'session',
    source: 'token',
    compute: ({ session }) => session?.deviceType ?? null,
  }),
  flagSignal(
    'device_platform_mismatch',
    'platform_mismatch',
    'User agent, platform and touch contradict each other',
  ),
  flag({
    name: 'device_touch_mismatch',
    description: 'Says to be a mobile or tablet, and has no touch screen',
    entity: 'session',
    source: 'token',
    compute: ({ session, signals }) => {
      const touchPoints = signals?.touch_points ?? null
      if (session === null || touchPoints === null) return null
      return (session.deviceType === 'mobile' || session.deviceType === 'tablet') && touchPoints === 0
    },
  }),
  flagSignal('device_webdriver', 'webdriver', 'The browser says that it is driven by a program'),
  countSignal('device_automation_signs', 'automation_signs', 'Further traces of driven or headless browsers'),
  flagSignal(
    'device_storage',
    'storage_available',
    'The browser stores data; without storage every key is new',
  ),
  countSignal('device_languages', 'language_count', 'Configured languages'),
  countSignal('device_cpu_cores', 'cpu_cores', 'Processor cores'),
  number('1000 CSS px', {
    name: 'device_screen_kilopixels',
    description: 'Area of the screen',
    entity: 'session',
    source: 'token',
    compute: ({ signals }) => {
      const width = signals?.screen_width_px ?? null
      const height = signals?.screen_height_px ?? null
      return width === null || height === null ? null : (width * height) / 1000
    },
  }),
  number('h', {
    name: 'device_time_zone_gap',
    description: "Hours between the device's clocks and the site's",
    entity: 'session',
    source: 'token',
    compute: ({ signals, local }) => {
      const offset = signals?.time_zone_offset_min ?? null
      return offset === null ? null : Math.abs(offset - local.offsetMinutes) / 60
    },
  }),
  number('0..1', {
    name: 'visitor_confidence',
    description: 'How sure FingerprintJS is of the visitor id',
    entity: 'session',
    source: 'token',
    compute: ({ event }) => event.session.visitorConfidence,
  }),
  ...addedOn('2026-11-24', [
    number('ratio', {
      name: 'device_pixel_ratio',
      description: 'Device pixels to a CSS pixel; headless browsers have 1',
      entity: 'session',
      source: 'token',
      compute: ({ signals }) => {
        const percent = signals?.pixel_ratio_pct ?? null
        return percent === null ? null : percent / 100
      },
    }),
  ]),
]
