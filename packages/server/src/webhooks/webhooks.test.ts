import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublicAddress } from './address.ts'
import { endpointFault } from './endpoint.ts'
import { MAX_ATTEMPTS, nextDelayMs } from './schedule.ts'
import { send } from './send.ts'
import { signatureHeader } from './sign.ts'

const sendOptions = { allowPrivate: false, timeoutMs: 1_000, signal: new AbortController().signal }

describe('an address', () => {
  test.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.100.0.1', '0.0.0.0'],
    ...['224.0.0.1', '255.255.255.255', '::1', '::', 'fd00::1', 'fe80::1', 'ff02::1', '2001:db8::1'],
    ...['::ffff:10.0.0.1', '::ffff:127.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', 'localhost', '', '1.2.3'],
  ])('%j is not public', address => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.each(['1.1.1.1', '190.232.10.4', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    '%s is public',
    address => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )
})

test.each([
  ['https://127.0.0.1/', 'private_address'],
  ['https://[::1]/', 'private_address'],
  ['https://2130706433/', 'private_address'],
  ['https://0x7f.1/', 'private_address'],
  ['https://localhost/', 'private_address'],
  ['http://shop.example/', 'not_https'],
])('a message to %s is refused before anything is connected', async (url, error) => {
  expect(await send(new URL(url), '{}', {}, sendOptions)).toEqual({ status: null, error })
})

test('an endpoint is an http address without user, password or fragment', () => {
  expect(endpointFault({ url: 'https://shop.example/hooks?site=1' })).toBeUndefined()
  for (const url of [
    'shop.example',
    'ftp://shop.example',
    'file:///etc/passwd',
    'https://u:p@shop.example',
    'https://a.example#b',
  ])
    expect(endpointFault({ url })).toContain(url)
})

test('a message is signed by each live secret over its time and body', () => {
  const body = '{"id":"evt_1"}'
  const by = (secret: string) => createHmac('sha256', secret).update(`1700000000.${body}`).digest('hex')
  expect(signatureHeader(body, ['whsec_new', 'whsec_old'], 1_700_000_000_999)).toBe(
    `t=1700000000,v1=${by('whsec_new')},v1=${by('whsec_old')}`,
  )
})

test('attempts follow each other at growing distances and end after some days', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
      rolls => {
        const delays = rolls.map((roll, index) => nextDelayMs(index + 1, roll))
        const made = delays.filter(delay => delay !== null)
        expect(made).toHaveLength(MAX_ATTEMPTS - 1)
        expect(delays.slice(made.length)).toEqual(Array(20 - made.length).fill(null))
        for (const [index, delay] of made.entries()) expect(delay).toBeGreaterThan(made[index - 1] ?? 0)
        const days = made.reduce((sum, delay) => sum + delay, 0) / 86_400_000
        expect(days).toBeGreaterThan(1.5)
        expect(days).toBeLessThan(2.5)
      },
    ),
  )
})
