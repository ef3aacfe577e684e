import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacSha256 } from './hmac.ts'

const messages = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ maxLength: 400 }),
  fc.uint8Array({ maxLength: 600 }),
)

test('HMAC-SHA256 is that of Node.js, for keys and messages of any length, one after the other', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.array(messages, { minLength: 1, maxLength: 5 }),
      (key, several) => {
        const hmac = hmacSha256(key)
        for (const message of several) {
          const wanted = createHmac('sha256', key).update(message).digest()
          expect(hmac(message, 'base64url')).toBe(wanted.toString('base64url'))
          expect(hmac(message, 'binary')).toBe(wanted.toString('latin1'))
        }
      },
    ),
  )
})

test('RFC 4231, test case 2', () => {
  const digest = hmacSha256(Buffer.from('Jefe'))('what do ya want for nothing?', 'binary')
  expect(Buffer.from(digest, 'latin1').toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})
