import { randomBytes } from 'node:crypto'
import { NONCE_LIFE_MS } from '@atalaya/client/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issueNonce, readNonce } from './nonce.ts'

const key = randomBytes(32)
const scope = { siteKey: 'pk_site', origin: 'https://shop.example' }
const now = 1_800_000_000_000
const issue = (at = now) => issueNonce(scope, at, randomBytes(16), key)

describe('a nonce', () => {
  test('is read back with its time and its random bits, for ten minutes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 47 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.integer({ min: 0, max: NONCE_LIFE_MS }),
        (at, random, age) => {
          expect(readNonce(issueNonce(scope, at, random, key), scope, at + age, key)).toEqual({
            nonce: {
              id: Buffer.from(random).toString('base64url'),
              issuedAtMs: at,
              expiresAtMs: at + NONCE_LIFE_MS,
            },
          })
        },
      ),
    )
  })

  test('has expired one millisecond later', () => {
    expect(readNonce(issue(), scope, now + NONCE_LIFE_MS + 1, key)).toMatchObject({ fault: 'nonce_expired' })
  })

  test('is nobody else’s: another site, another installation, any changed character', () => {
    const nonce = issue()
    expect(readNonce(nonce, { ...scope, siteKey: 'pk_other' }, now, key)).toEqual({ fault: 'nonce_invalid' })
    expect(readNonce(nonce, scope, now, randomBytes(32))).toEqual({ fault: 'nonce_invalid' })
    for (let at = 0; at < nonce.length; at++) {
      const changed = `${nonce.slice(0, at)}${nonce[at] === 'A' ? 'B' : 'A'}${nonce.slice(at + 1)}`
      expect(readNonce(changed, scope, now, key)).toEqual({ fault: 'nonce_invalid' })
    }
  })

  test('tells when it was issued to another origin', () => {
    expect(readNonce(issue(), { ...scope, origin: 'https://evil.example' }, now, key)).toMatchObject({
      fault: 'nonce_origin',
    })
  })

  test('from a clock that ran ahead is refused', () => {
    expect(readNonce(issue(now + 60_000), scope, now, key)).toMatchObject({ fault: 'nonce_in_future' })
  })

  test('of any other text is invalid, never an error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), text => {
        expect(readNonce(text, scope, now, key)).toEqual({ fault: 'nonce_invalid' })
      }),
    )
  })
})
