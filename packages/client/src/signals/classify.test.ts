import { describe, expect, test } from 'vitest'
import { platformsDisagree } from './device.ts'
import { classify } from './device-class.ts'
import { wayOf } from './fields.ts'

const UA = {
  windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36',
  linux: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36',
  chromeOs: 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1',
  android: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36',
  androidTablet: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36',
  firefoxAndroid: 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
  headless: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/150.0.0.0 Safari/537.36',
  crawler: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
}

describe('the kind of device', () => {
  test.each([
    ['windows', 0, 'desktop'],
    ['windows', 10, 'desktop'],
    ['linux', 0, 'desktop'],
    ['chromeOs', 0, 'desktop'],
    ['mac', 0, 'desktop'],
    ['mac', 5, 'tablet'],
    ['iphone', 5, 'mobile'],
    ['android', 5, 'mobile'],
    ['androidTablet', 5, 'tablet'],
    ['firefoxAndroid', 5, 'mobile'],
    ['headless', 0, 'bot'],
    ['crawler', 0, 'bot'],
  ] as const)('of %s with %i touch points is %s', (name, touchPoints, expected) => {
    expect(classify(UA[name], touchPoints, false)).toBe(expected)
  })

  test('is unknown where the user agent says nothing', () => {
    expect(classify('', 0, false)).toBe('unknown')
  })
})

describe('the stories of the platform', () => {
  test.each([
    ['windows', 'Win32', 'Windows', 0],
    ['linux', 'Linux x86_64', 'Linux', 0],
    ['chromeOs', 'Linux x86_64', 'Chrome OS', 0],
    ['mac', 'MacIntel', undefined, 5],
    ['iphone', 'iPhone', undefined, 5],
    ['android', 'Linux armv81', 'Android', 5],
    ['firefoxAndroid', 'Linux aarch64', undefined, 5],
  ] as const)('agree for %s on %s', (name, platform, hint, touchPoints) => {
    expect(platformsDisagree(UA[name], platform, hint, touchPoints)).toBe(false)
  })

  test.each([
    ['a telephone that runs on a server', 'iphone', 'Linux x86_64', undefined, 5],
    ['a Windows user agent on Linux', 'windows', 'Linux x86_64', undefined, 0],
    ['a client hint that was forgotten', 'windows', 'Win32', 'Linux', 0],
    ['a telephone without touch', 'android', 'Linux armv81', 'Android', 0],
  ] as const)('contradict each other for %s', (_, name, platform, hint, touchPoints) => {
    expect(platformsDisagree(UA[name], platform, hint, touchPoints)).toBe(true)
  })
})

describe('how a field was filled', () => {
  test.each([
    ['insertText', true, false, 'typed'],
    ['insertCompositionText', true, false, 'typed'],
    ['insertFromPaste', true, false, 'pasted'],
    ['insertFromDrop', true, false, 'pasted'],
    ['insertReplacementText', true, false, 'autofilled'],
    [undefined, true, true, 'autofilled'],
    ['deleteContentBackward', true, false, undefined],
    ['insertText', false, false, undefined],
    [undefined, false, false, undefined],
  ] as const)('by an event of type %s (trusted %s, autofill %s) is %s', (type, trusted, autofilled, way) => {
    expect(wayOf(type, trusted, autofilled)).toBe(way)
  })
})
