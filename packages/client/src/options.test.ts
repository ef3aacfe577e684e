import { describe, expect, test } from 'vitest'
import { effectiveConsent } from './consent.ts'
import { type LoadOptions, resolveOptions, type TokenRequest, tokenRequestFault } from './options.ts'
import { viewOf } from './page/navigation.ts'

const options: LoadOptions = { siteKey: 'pk', endpoint: 'https://fraud.example.com/' }
const page = 'https://shop.example.com/cart?x=1'

describe('options', () => {
  test('are resolved against the page', () => {
    expect(resolveOptions(options, page)).toEqual({
      siteKey: 'pk',
      baseUrl: 'https://fraud.example.com',
      audience: 'https://fraud.example.com',
      consent: 'essential',
      given: options,
    })
    expect(resolveOptions({ ...options, endpoint: '/atalaya/' }, page)).toMatchObject({
      baseUrl: 'https://shop.example.com/atalaya',
      audience: 'https://shop.example.com',
    })
  })

  test.each([
    [{ ...options, siteKey: '' }, /siteKey/],
    [{ ...options, siteKey: 5 as never }, /siteKey/],
    [{ ...options, consent: 'all' as never }, /consent/],
    [{ ...options, endpoint: 'javascript:alert(1)' }, /endpoint/],
    [{ ...options, endpoint: 'https://' }, /endpoint/],
  ])('that are wrong are named: %j', (wrong, message) => {
    expect(resolveOptions(wrong, page)).toMatch(message)
  })
})

describe('a token request', () => {
  const order = { id: 'A-1', amountMinor: 100, currency: 'PEN' }

  test.each<TokenRequest>([{ action: 'login' }, { action: 'checkout', order }])('is sound: %j', request => {
    expect(tokenRequestFault(request)).toBeUndefined()
  })

  test.each([
    [undefined, /action/],
    [{ action: '' }, /action/],
    [{ action: 'checkout', order: { ...order, id: 7 } }, /order\.id/],
    [{ action: 'checkout', order: { ...order, amountMinor: 1.5 } }, /amountMinor/],
    [{ action: 'checkout', order: { ...order, currency: 'soles' } }, /ISO 4217/],
  ])('that is wrong is named: %j', (wrong, message) => {
    expect(tokenRequestFault(wrong as never)).toMatch(message)
  })
})

test('Global Privacy Control holds full consent down and changes nothing else', () => {
  expect(effectiveConsent('full', true)).toBe('essential')
  expect(effectiveConsent('full', false)).toBe('full')
  expect(effectiveConsent('essential', true)).toBe('essential')
  expect(effectiveConsent('off', true)).toBe('off')
})

test('a view is a path, a query or a hash route, not an anchor', () => {
  const view = (url: string) => viewOf(new URL(url, page))
  expect(view('/a#top')).toBe(view('/a#end'))
  expect(view('/a#/cart')).not.toBe(view('/a#/pay'))
  expect(view('/a?b=1')).not.toBe(view('/a?b=2'))
})
