import { randomBytes } from 'node:crypto'
import { SIGNALS } from '@atalaya/client/contract'
import { issueNonce } from '../../../packages/server/src/token/nonce.ts'
import { newOrder, Shopper } from '../../service-shopper.ts'
import { headerOf, makeSigningKey, payloadOf, signed } from '../../support/token-mutations.ts'
import { type Attack, distinct, type Family } from '../attack.ts'
import { type Ask, ask, honest, newAccount } from '../merchant.ts'
import type { World } from '../world.ts'

type Claims = Readonly<Record<string, unknown>> & { readonly f: (number | null)[]; readonly ps: number }

/** Claims that are changed and signed anew by a key of the forger's own: all that a token cannot prevent. */
function lying(
  id: string,
  tries: string,
  expected: string,
  ...lies: readonly ((claims: Claims) => object | string)[]
): Attack {
  return {
    ...{ id, tries, expected },
    run: async world => distinct(await Promise.all(lies.map(async lie => (await judged(world, lie)).token))),
  }
}

async function judged(world: World, lie: (claims: Claims) => object | string) {
  const order = newOrder()
  const { token } = await honest(world, order)
  const claims = JSON.parse(payloadOf({ token }).toString()) as Claims
  const changed = lie(claims)
  const payload = typeof changed === 'string' ? changed : JSON.stringify({ ...claims, ...changed })
  const key = await makeSigningKey()
  return ask(world.shop, { token: await signed(headerOf(key), payload, key), order })
}

const place = (name: string) => SIGNALS.findIndex(([signal]) => signal === name)
const withSignal = (name: string, value: unknown) => (claims: Claims) => ({
  f: claims.f.map((old, at) => (at === place(name) ? value : old)),
})
const INPUTS = ['click_count', 'touch_count', 'key_count'].map(place)
/** As JSON text, since no value becomes these words. */
const withWord = (word: string) => (claims: Claims) =>
  JSON.stringify({ ...claims, f: [...claims.f.slice(1)] }).replace('"f":[', `"f":[${word},`)

export const FEATURES: Family = {
  name: 'pre-score and features',
  attacks: [
    lying(
      'prescore.forged',
      'a low pre-score that the signals do not give: nought, a bit less, a bit of the mantissa',
      'prescore_mismatch (score)',
      () => ({ ps: 0 }),
      ({ ps }) => ({ ps: ps / 2 }),
      ({ ps }) => ({ ps: ps + Number.EPSILON * ps }),
    ),
    lying(
      'prescore.model',
      'a pre-score of a model that the service never had, or of none',
      'prescore_mismatch (model_unknown)',
      () => ({ pm: 'f'.repeat(64), ps: 0.000_1 }),
      () => ({ pm: '__proto__', ps: 0.000_1 }),
      () => ({ pm: null, ps: 0.000_1 }),
    ),
    {
      id: 'prescore.consequence',
      tries: 'getting away with a forged pre-score: what the order is told',
      expected: 'review by token_forged',
      run: async world => {
        const { decision, rules } = await judged(world, () => ({ ps: 0 }))
        return `${decision} by ${rules.join('+')}`
      },
    },
    {
      id: 'prescore.left-out',
      tries: 'leaving the pre-score out',
      expected: 'ok; the service computes it all the same, to the bit',
      run: async world => {
        const order = newOrder()
        const { token, claims } = await honest(world, order, { ps: null, pm: null })
        const left = await ask(world.shop, { token, order })
        const full = await honest(world, newOrder())
        const same = Object.is(left.features['trans_risk_score'], full.claims.ps) && claims.ps === null
        return `${left.token}; the service ${same ? 'computes it all the same, to the bit' : 'does without'}`
      },
    },
    lying(
      'features.not-finite',
      'signals that are no numbers: NaN, infinities, words, texts, lists',
      'malformed (claims)',
      withWord('NaN'),
      withWord('Infinity'),
      withWord('"5"'),
      withWord('[5]'),
      withWord('true'),
      withWord('{"valueOf":1}'),
      withWord('1e999'),
      withWord('-1e999'),
    ),
    lying(
      'features.out-of-range',
      'signals out of their range, off their step, fewer or more than there are',
      'malformed (signals), malformed (claims)',
      withSignal('click_count', -1),
      withSignal('click_count', 10_001),
      withSignal('click_count', 0.5),
      withSignal('session_duration_ms', 86_400_100),
      withSignal('webdriver', 2),
      withSignal('key_count', Number.MAX_VALUE),
      withSignal('key_count', 5e-324),
      ({ f }) => ({ f: f.slice(1) }),
      ({ f }) => ({ f: [...f, 0] }),
      () => ({ f: [] }),
      () => ({ f: Array.from({ length: 400 }, () => 0) }),
    ),
    lying(
      'features.schema',
      'signals of a schema that the service does not read, to have them taken for others',
      'malformed (signal_schema)',
      () => ({ fs: 'sig-0' }),
      () => ({ fs: 'sig-1 ' }),
      () => ({ fs: '__proto__' }),
    ),
    lying(
      'features.extra-claims',
      'claims that are not in the contract: roles, scores, statuses, prototypes',
      'malformed (claims)',
      () => ({ role: 'admin' }),
      () => ({ status: 'ok' }),
      claims => JSON.stringify(claims).replace('{', '{"__proto__":{"ps":0},'),
      claims => JSON.stringify(claims).replace('{', '{"constructor":1,'),
    ),
    {
      id: 'features.no-input',
      tries: 'a script that signs honest-looking figures but never touched a page',
      expected: 'challenge by no_input',
      run: async world => {
        const { decision, rules } = await judged(
          world,
          withoutScore(({ f }) => ({
            f: f.map((value, at) => (INPUTS.includes(at) ? 0 : value)),
          })),
        )
        return `${decision} by ${rules.join('+')}`
      },
    },
    {
      id: 'features.well-made',
      tries: 'a script that makes up everything, clicks and keys too: no token can tell it from a person',
      expected: 'ok, no rule; counted as a new device with a new key: device_first_seen true, key_state new',
      run: async world => {
        const order = newOrder()
        const { claims } = await honest(world, order)
        const f = claims.f.map((value, at) => (INPUTS.includes(at) ? 40 : value))
        const shopper = await Shopper.visit(world.shop)
        const token = await shopper.token(order, { f, ps: null, pm: null, ks: 'new' })
        const { token: status, rules, features } = await ask(world.shop, { token, order })
        return `${status}, ${rules.join('+') || 'no rule'}; counted as a new device with a new key: device_first_seen ${features['device_first_seen']}, key_state ${features['key_state']}`
      },
    },
    {
      id: 'features.key-state',
      tries: 'a key with a past that calls itself new, and a new one that calls itself kept',
      expected:
        'a past contradicts the first: key_state_contradiction true; the second inherits none: device_trans_count 0',
      run: async ({ shop }) => {
        const shopper = await Shopper.visit(shop)
        const judgedAs = async (ks: 'new' | 'kept', transaction: Ask['transaction'] & object) => {
          const order = newOrder()
          return ask(shop, { token: await shopper.token(order, { ks }), order, transaction })
        }
        const account = { id: newAccount() }
        const stranger = await judgedAs('kept', { account, createdAtMs: Date.now() - 3 * 86_400_000 })
        const old = await judgedAs('new', { account })
        return `a past contradicts the first: key_state_contradiction ${old.features['key_state_contradiction']}; the second inherits none: device_trans_count ${stranger.features['device_trans_count']}`
      },
    },
    {
      id: 'features.short-session',
      tries: 'a session of a second, by a nonce that is eight minutes old',
      expected: 'ok; the service counts 180 s at least: session_duration_consistent false',
      run: async world => {
        const { siteKey, origin } = world.shop
        const issued = Date.now() - 480_000
        const nonce = issueNonce({ siteKey, origin }, issued, randomBytes(16), world.nonceKey)
        const lie = withSignal('session_duration_ms', 1_000)
        const { token, features } = await judged(
          world,
          withoutScore(claims => ({ ...lie(claims), nonce })),
        )
        const counted =
          Number(features['session_duration']) >= 180 ? '180 s at least' : features['session_duration']
        return `${token}; the service counts ${counted}: session_duration_consistent ${features['session_duration_consistent']}`
      },
    },
    {
      id: 'features.left-out',
      tries: 'a script that says the shopper consented to little, and leaves out all that gives it away',
      expected:
        'ok, and no rule can tell: session_inputs null, device_webdriver null; order and history decide',
      run: async world => {
        const { token, rules, features } = await judged(
          world,
          withoutScore(({ f }) => ({
            cm: 'essential',
            f: f.map((value, at) => (SIGNALS[at]?.[4] === 'full' ? null : value)),
          })),
        )
        return `${token}, and ${rules.join('+') || 'no rule'} can tell: session_inputs ${features['session_inputs']}, device_webdriver ${features['device_webdriver']}; order and history decide`
      },
    },
  ],
}

const withoutScore =
  (lie: (claims: Claims) => object) =>
  (claims: Claims): object => ({
    ...lie(claims),
    ps: null,
    pm: null,
  })
