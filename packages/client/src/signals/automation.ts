import type { Read } from './collector.ts'

/** Whether the browser says that a program drives it, and how many other traces of that there are. */
export const automation: Read = () => ({
  webdriver: Number(navigator.webdriver === true),
  automation_signs: SIGNS.filter(holds).length,
})

const DRIVER_GLOBALS =
  /^(\$?cdc_|\$chrome_asyncScriptInfo|_?phantom|callPhantom|__(nightmare|playwright|puppeteer|pwInit|selenium|webdriver|driver|fxdriver)|domAutomation|_Selenium|_WEBDRIVER)/

/** Traces of driven or headless browsers (after FingerprintJS BotD's sources); each is weak alone, so they are counted. */
const SIGNS: readonly (() => boolean)[] = [
  () => [window, document].some(where => Object.keys(where).some(key => DRIVER_GLOBALS.test(key))),
  () => /headless|phantomjs|electron|slimerjs/i.test(navigator.userAgent),
  () => navigator.languages.length === 0,
  () => outerWidth === 0 && outerHeight === 0,
  // A real browser has the getter on the prototype, in native code.
  () => Object.getOwnPropertyNames(navigator).length > 0,
  () =>
    !/native code/.test(
      String(Object.getOwnPropertyDescriptor(Navigator.prototype, 'webdriver')?.get ?? 'native code'),
    ),
  () =>
    /Chrome\//.test(navigator.userAgent) && !('chrome' in window) && !/Mobile|wv\)/.test(navigator.userAgent),
]

function holds(sign: () => boolean): boolean {
  try {
    return sign()
  } catch {
    return false
  }
}
