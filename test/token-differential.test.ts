import { signToken } from '@atalaya/client/contract'
import { compactVerify, EmbeddedJWK } from 'jose'
import { expect, test } from 'vitest'
import { splitCompact } from '../packages/server/src/token/compact.ts'
import { readHeader } from '../packages/server/src/token/header.ts'
import { createSignatureVerifier, thumbprintOf } from '../packages/server/src/token/signature.ts'
import { honestClaims } from '../packages/server/src/token/testing/signing.ts'
import { Draws, MUTATIONS, makeSigningKey, type Original } from './support/token-mutations.ts'

/** A release is tested with 100,000 (`TOKEN_MUTATIONS=100000`); every run with what takes some twenty seconds. */
const COUNT = Number(process.env['TOKEN_MUTATIONS'] ?? 40_000)
const SEED = Number(process.env['TOKEN_SEED'] ?? 20_261_123)
const KEYS = 40
const AT_ONCE = 64

/** Fewer than there are keys, so that keys are found, imported and given up all the time. */
const signatures = createSignatureVerifier(KEYS / 2)

type Opinion = { readonly payload: string } | 'refused'

/** What the service takes for a signed token, without a look at its claims. */
async function ours(token: string): Promise<Opinion> {
  const jws = splitCompact(token)
  const head = jws && readHeader(jws.header)
  if (!jws || !head || 'fault' in head) return 'refused'
  const isGood = await signatures.verify(jws, head.header, thumbprintOf(head.header))
  return isGood ? { payload: Buffer.from(jws.payload, 'base64url').toString('hex') } : 'refused'
}

/** The reference, which allows more headers and spellings than the service does. */
async function reference(token: string): Promise<Opinion> {
  try {
    const { payload } = await compactVerify(token, EmbeddedJWK, { algorithms: ['ES256'] })
    return { payload: Buffer.from(payload).toString('hex') }
  } catch {
    return 'refused'
  }
}

/** Whether spelling and header are the ones the SDK makes: what the service asks beyond the standard. */
function isOfTheSdk(token: string): boolean {
  const jws = splitCompact(token)
  return jws !== undefined && 'header' in readHeader(jws.header)
}

async function originals(): Promise<Original[]> {
  const keys = await Promise.all(Array.from({ length: KEYS }, makeSigningKey))
  const tokens = await Promise.all(
    keys.map(async (key, index) =>
      signToken(await honestClaims({ sid: `session-${index}` }), { ...key, publicJwk: key.jwk }),
    ),
  )
  return keys.map((key, index) => ({
    key,
    token: tokens[index] ?? '',
    other: tokens[(index + 1) % KEYS] ?? '',
  }))
}

test(`of ${COUNT} mutated tokens the service takes exactly those that jose takes and the SDK could have made`, async () => {
  const draws = new Draws(SEED)
  const honest = await originals()
  const names = Object.keys(MUTATIONS)
  const counts = { taken: 0, refusedByBoth: 0, refusedForTheirForm: 0 }
  for (let done = 0; done < COUNT; done += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, COUNT - done) }, async (_, index) => {
      const name = names[(done + index) % names.length] ?? ''
      const original = honest[draws.below(KEYS)]
      const mutate = MUTATIONS[name]
      if (!original || !mutate) throw new Error('nothing to mutate')
      const token = await mutate(original, draws)
      const [mine, theirs] = await Promise.all([ours(token), reference(token)])
      const wanted = isOfTheSdk(token) ? theirs : 'refused'
      expect(mine, `seed ${SEED}, ${name}: ${token}`).toEqual(wanted)
      if (mine !== 'refused') counts.taken += 1
      else if (theirs === 'refused') counts.refusedByBoth += 1
      else counts.refusedForTheirForm += 1
    })
    await Promise.all(batch)
  }
  console.log(`${COUNT} tokens, seed ${SEED}:`, counts)
  // The mutations reach all three: valid ones, invalid ones, and valid ones of a form the SDK does not make.
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(COUNT / 50)
}, 1_200_000)
