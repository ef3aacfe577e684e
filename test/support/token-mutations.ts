import type { DeviceJwk } from '@atalaya/client/contract'

/** Draws that repeat with their seed (mulberry32, Tommy Ettinger 2017). */
export class Draws {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }

  /** An integer from 0 to below the limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

/** A P-256 key with which mutations are really signed. */
export interface SigningKey {
  readonly privateKey: CryptoKey
  readonly jwk: DeviceJwk
}

export async function makeSigningKey(): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return { privateKey: pair.privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y } }
}

/** What a mutation starts from: an honest token, its key, and another token of another key. */
export interface Original {
  readonly token: string
  readonly key: SigningKey
  readonly other: string
}

type Mutation = (original: Original, draws: Draws) => string | Promise<string>

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Order of P-256 and the prime of its field (SEC 2, section 2.4.2). */
export const CURVE_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
export const FIELD_PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn

export const base64Url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
export const bigOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
export const bytesOf = (value: bigint, length = 32) =>
  Buffer.from((value & (2n ** BigInt(8 * length) - 1n)).toString(16).padStart(2 * length, '0'), 'hex')

export function parts(token: string): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, signature]
}

/** Signs any header and payload bytes, as an attacker with a key of their own can. */
export async function signed(header: string | Uint8Array, payload: string | Uint8Array, key: SigningKey) {
  const input = `${base64Url(header)}.${base64Url(payload)}`
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, Buffer.from(input))
  return `${input}.${base64Url(new Uint8Array(signature))}`
}

export const headerOf = ({ jwk }: Pick<SigningKey, 'jwk'>, change: object = {}) =>
  JSON.stringify({ alg: 'ES256', typ: 'behavior+jwt', jwk, ...change })
export const payloadOf = ({ token }: Pick<Original, 'token'>) => Buffer.from(parts(token)[1], 'base64url')

/** A header that its key really signed. */
const withHeader = (change: (key: SigningKey, draws: Draws) => string | Uint8Array): Mutation => {
  return (original, draws) => signed(change(original.key, draws), payloadOf(original), original.key)
}

const withSignature = (change: (r: bigint, s: bigint, draws: Draws) => Uint8Array): Mutation => {
  return ({ token }, draws) => {
    const [header, payload, signature] = parts(token)
    const bytes = Buffer.from(signature, 'base64url')
    return `${header}.${payload}.${base64Url(change(bigOf(bytes.subarray(0, 32)), bigOf(bytes.subarray(32)), draws))}`
  }
}

const pair = (r: bigint, s: bigint) => Buffer.concat([bytesOf(r), bytesOf(s)])

/** A coordinate of the header's key is another; everything else is as signed. */
const withCoordinate = (change: (value: Buffer, draws: Draws) => Uint8Array | string): Mutation =>
  withHeader(({ jwk }, draws) => {
    const name = draws.of<'x' | 'y'>(['x', 'y'])
    const changed = change(Buffer.from(jwk[name], 'base64url'), draws)
    return headerOf({ jwk } as SigningKey, {
      jwk: { ...jwk, [name]: typeof changed === 'string' ? changed : base64Url(changed) },
    })
  })

const flipBit = (bytes: Uint8Array, draws: Draws) => {
  const changed = Buffer.from(bytes)
  const at = draws.below(changed.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << draws.below(8))
  return changed
}

const splice = (token: string, at: number, remove: number, insert: string) =>
  token.slice(0, at) + insert + token.slice(at + remove)

const oneOfThree = (part: number, change: (text: string, draws: Draws) => string): Mutation => {
  return ({ token }, draws) =>
    parts(token)
      .map((text, index) => (index === part ? change(text, draws) : text))
      .join('.')
}

/** The same bytes with another last character, where the encoding leaves bits unused. */
const respell = (text: string, draws: Draws) => {
  const last = ALPHABET.indexOf(text.at(-1) ?? 'A')
  return text.slice(0, -1) + ALPHABET[(last & 0b110000) | draws.below(16)]
}

/** Every way in which a token is changed, by name. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'nothing changed': ({ token }) => token,

  'a bit of the text': ({ token }, draws) => flipBit(Buffer.from(token), draws).toString('latin1'),
  'a character': ({ token }, draws) =>
    splice(token, draws.below(token.length), 1, ALPHABET[draws.below(64)] ?? 'A'),
  'a character more': ({ token }, draws) =>
    splice(token, draws.below(token.length + 1), 0, ALPHABET[draws.below(64)] ?? 'A'),
  'a character less': ({ token }, draws) => splice(token, draws.below(token.length), 1, ''),
  'cut off': ({ token }, draws) => token.slice(0, draws.below(token.length)),
  'cut off in front': ({ token }, draws) => token.slice(1 + draws.below(token.length - 1)),
  'white space': ({ token }, draws) =>
    splice(token, draws.below(token.length + 1), 0, draws.of([' ', '\n', '\r\n', '\t', '\0', '\u00a0'])),
  padding: ({ token }, draws) =>
    splice(
      token,
      draws.of([token.indexOf('.'), token.lastIndexOf('.'), token.length]),
      0,
      draws.of(['=', '==']),
    ),
  'the other base64 alphabet': ({ token }) => token.replaceAll('-', '+').replaceAll('_', '/'),
  'a part more or less': ({ token }, draws) =>
    draws.of([
      `${token}.`,
      `.${token}`,
      `${token}.AAAA`,
      token.replace('.', '..'),
      parts(token).slice(0, 2).join('.'),
    ]),
  'parts of two tokens': ({ token, other }, draws) => {
    const [a, b] = [parts(token), parts(other)]
    return [0, 1, 2].map(index => (draws.below(2) === 0 ? a : b)[index]).join('.')
  },
  'another spelling of the header': oneOfThree(0, respell),
  'another spelling of the payload': oneOfThree(1, respell),
  'another spelling of the signature': oneOfThree(2, respell),
  'an empty part': ({ token }, draws) => parts(token).with(draws.below(3), '').join('.'),

  'a bit of the signature': withSignature((r, s, draws) => flipBit(pair(r, s), draws)),
  'r or s is zero': withSignature((r, s, draws) => draws.of([pair(0n, s), pair(r, 0n), pair(0n, 0n)])),
  'r or s is the order or more': withSignature((r, s, draws) => {
    const big = CURVE_ORDER + BigInt(draws.below(3))
    return draws.of([
      pair(big, s),
      pair(r, big),
      pair(big, big),
      pair(r + CURVE_ORDER, s),
      pair(r, s + CURVE_ORDER),
    ])
  }),
  'r or s is one off the order': withSignature((r, s, draws) =>
    draws.of([pair(CURVE_ORDER - 1n, s), pair(r, CURVE_ORDER - 1n), pair(1n, s), pair(r, 1n)]),
  ),
  'all ones': withSignature(() => Buffer.alloc(64, 0xff)),
  // Valid by ECDSA: the nonce and the token id, not the signature, are what is used once.
  'the other half of s': withSignature((r, s) => pair(r, CURVE_ORDER - s)),
  'the negative of r': withSignature((r, s) => pair(CURVE_ORDER - r, s)),
  'r and s exchanged': withSignature((r, s) => pair(s, r)),
  'a random signature': withSignature((_r, _s, draws) => draws.bytes(64)),
  'a signature of another length': withSignature((r, s, draws) =>
    draws.of([
      pair(r, s).subarray(1),
      pair(r, s).subarray(0, 63),
      Buffer.concat([pair(r, s), Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), pair(r, s)]),
      Buffer.concat([bytesOf(r, 48), bytesOf(s, 48)]),
    ]),
  ),
  'a DER signature': withSignature((r, s) => {
    const integer = (value: bigint) => Buffer.concat([Buffer.from([2, 33, 0]), bytesOf(value)])
    return Buffer.concat([Buffer.from([0x30, 70]), integer(r), integer(s)])
  }),

  'another algorithm': withHeader((key, draws) =>
    headerOf(key, {
      alg: draws.of<unknown>([
        'none',
        'None',
        'HS256',
        'RS256',
        'PS256',
        'ES384',
        'ES512',
        'ES256K',
        'EdDSA',
        'es256',
        '',
        null,
        256,
        ['ES256'],
        { alg: 'ES256' },
      ]),
    }),
  ),
  'another type': withHeader((key, draws) =>
    headerOf(key, {
      typ: draws.of<unknown>([
        'JWT',
        'behavior+JWT',
        'application/behavior+jwt',
        '',
        null,
        1,
        ['behavior+jwt'],
      ]),
    }),
  ),
  'a member more': withHeader((key, draws) =>
    headerOf(key, {
      [draws.of(['kid', 'jku', 'x5u', 'x5c', 'x5t', 'cty', 'crit', 'b64', 'zip', '__proto__x', 'ALG'])]:
        draws.of<unknown>(['https://evil.example/keys', ['b64'], false, null, {}, 1]),
    }),
  ),
  'a prototype in the header': withHeader(key =>
    headerOf(key).replace('{', '{"__proto__":{"crit":["b64"]},'),
  ),
  'critical b64': withHeader((key, draws) => headerOf(key, { b64: draws.of([true, false]), crit: ['b64'] })),
  'a member less': withHeader(({ jwk }, draws) => {
    const header: Record<string, unknown> = { alg: 'ES256', typ: 'behavior+jwt', jwk }
    delete header[draws.of(['alg', 'typ', 'jwk'])]
    return JSON.stringify(header)
  }),
  'a key with a member more': withHeader((key, draws) =>
    headerOf(key, {
      jwk: {
        ...key.jwk,
        [draws.of(['use', 'key_ops', 'alg', 'd', 'ext', 'kid', 'k', 'n', 'priv'])]: draws.of<unknown>([
          'sig',
          'enc',
          ['verify'],
          ['sign'],
          'ES256',
          'ES384',
          'AAAA',
          true,
          null,
        ]),
      },
    }),
  ),
  'a key with a member less': withHeader((key, draws) => {
    const jwk: Record<string, unknown> = { ...key.jwk }
    delete jwk[draws.of(['kty', 'crv', 'x', 'y'])]
    return headerOf(key, { jwk })
  }),
  'another kind of key': withHeader((key, draws) =>
    headerOf(key, {
      jwk: draws.of<unknown>([
        { ...key.jwk, crv: draws.of(['P-384', 'P-521', 'secp256k1', 'Ed25519', 'p-256', 'P-256 ']) },
        { ...key.jwk, kty: draws.of(['ec', 'RSA', 'oct', 'OKP', 'AKP']) },
        { kty: 'oct', k: base64Url(draws.bytes(32)) },
        { kty: 'RSA', n: base64Url(draws.bytes(256)), e: 'AQAB' },
        { kty: 'OKP', crv: 'Ed25519', x: base64Url(draws.bytes(32)) },
        [key.jwk],
        JSON.stringify(key.jwk),
        null,
      ]),
    }),
  ),
  'members in another order': withHeader(({ jwk: { kty, crv, x, y } }) =>
    JSON.stringify({ jwk: { y, x, crv, kty }, typ: 'behavior+jwt', alg: 'ES256' }),
  ),
  'white space in the header': withHeader((key, draws) =>
    draws.of([
      JSON.stringify(JSON.parse(headerOf(key)), null, 2),
      ` ${headerOf(key)}`,
      `${headerOf(key)}\n`,
      `${headerOf(key)}\0`,
    ]),
  ),
  'a member twice': withHeader((key, draws) => {
    const header = headerOf(key)
    return draws.of([
      header.replace('{', '{"alg":"none",'),
      header.replace('{', '{"alg":"ES256",'),
      `${header.slice(0, -1)},"alg":"none"}`,
      `${header.slice(0, -1)},"typ":"JWT"}`,
      header.replace('{', '{"jwk":null,'),
      header.replace('"crv"', '"crv":"P-384","crv"'),
      header.replace('"x"', `"x":"${base64Url(draws.bytes(32))}","x"`),
    ])
  }),
  'an escaped member': withHeader((key, draws) =>
    draws.of([
      headerOf(key).replace('"alg"', '"\\u0061lg"'),
      headerOf(key).replace('"ES256"', '"\\u0045S256"'),
    ]),
  ),
  'a header that is not UTF-8': withHeader((key, draws) => {
    const junk = Buffer.from(draws.of([[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf]]))
    return draws.of([
      Buffer.concat([junk, Buffer.from(headerOf(key))]),
      Buffer.concat([Buffer.from('{"alg":"'), junk, Buffer.from(`",${headerOf(key).slice(1)}`)]),
    ])
  }),
  'a header that is no object': withHeader((key, draws) =>
    draws.of(['null', '[]', '"ES256"', '1', `[${headerOf(key)}]`, '{', '']),
  ),

  'a bit of a coordinate': withCoordinate(flipBit),
  'a coordinate of another kind': withCoordinate((value, draws) =>
    draws.of([
      Buffer.alloc(32),
      Buffer.alloc(32, 0xff),
      bytesOf(FIELD_PRIME),
      bytesOf(FIELD_PRIME - 1n),
      // The negative of y is a point too, of another key.
      bytesOf(FIELD_PRIME - bigOf(value)),
      bytesOf(bigOf(value) + FIELD_PRIME),
      draws.bytes(32),
    ]),
  ),
  'a coordinate of another length': withCoordinate((value, draws) =>
    draws.of([
      value.subarray(1),
      value.subarray(0, 31),
      Buffer.concat([Buffer.alloc(1), value]),
      Buffer.alloc(0),
      draws.bytes(48),
    ]),
  ),
  'another spelling of a coordinate': withCoordinate((value, draws) => {
    const text = base64Url(value)
    const last = ALPHABET.indexOf(text.at(-1) ?? 'A')
    return draws.of([
      text.slice(0, -1) + ALPHABET[(last & 0b111100) | draws.below(4)],
      `${text}=`,
      `${text} `,
      `${text}A`,
      value.toString('base64'),
    ])
  }),
  'coordinates exchanged': withHeader(key =>
    headerOf(key, { jwk: { ...key.jwk, x: key.jwk.y, y: key.jwk.x } }),
  ),
  'the key of another token': ({ token, other, key }) =>
    signed(Buffer.from(parts(other)[0], 'base64url'), payloadOf({ token }), key),

  'another payload, really signed': (original, draws) =>
    signed(headerOf(original.key), draws.bytes(1 + draws.below(200)), original.key),
  'an empty payload, really signed': original => signed(headerOf(original.key), '', original.key),
  'a payload twice a member': original =>
    signed(
      headerOf(original.key),
      payloadOf(original).toString().replace('{', '{"iss":"pk_other",'),
      original.key,
    ),
}
