import { createHash } from 'node:crypto'
import {
  createDeviceKey,
  type DeviceKey,
  encodeSignals,
  orderBinding,
  SIGNAL_SCHEMA_ID,
  signToken,
  type TokenClaims,
} from '@atalaya/client/contract'
import { issueNonce } from '../nonce.ts'
import { createSignatureVerifier } from '../signature.ts'
import { type RecomputePrescore, type TokenExpectation, verifyToken } from '../verify.ts'

export const NOW_MS = 1_800_000_000_000
export const NONCE_KEY = new Uint8Array(32).fill(7)

let drawn = 0
/** 16 bytes that were not given before. */
const fresh16 = () => createHash('sha256').update(String(drawn++)).digest().subarray(0, 16)
export const ORDER = { id: 'order-1', amountMinor: 12_990, currency: 'PEN' }
export const EXPECTED: TokenExpectation = {
  siteKey: 'pk_site',
  origins: new Set(['https://shop.example']),
  audiences: new Set(['https://atalaya.example']),
  action: 'checkout',
  order: ORDER,
}

/** A stand-in for the network that is just as exact: a float32 hash of the vector. */
export const prescore: RecomputePrescore = (modelId, vector) =>
  modelId === null || modelId === 'model-1' ? { modelId: 'model-1', score: scoreOf(vector) } : undefined

export function scoreOf(vector: readonly (number | null)[]): number {
  const digest = createHash('sha256').update(JSON.stringify(vector)).digest()
  return Math.fround(digest.readUInt32BE(0) / 2 ** 32)
}

export function nonceFor(
  origin = 'https://shop.example',
  siteKey = EXPECTED.siteKey,
  atMs = NOW_MS - 5_000,
): string {
  return issueNonce({ siteKey, origin }, atMs, fresh16(), NONCE_KEY)
}

/** Claims of an honest page. */
export async function honestClaims(change: Partial<TokenClaims> = {}): Promise<TokenClaims> {
  const f = [...encodeSignals({ session_duration_ms: 60_000, page_views: 4, webdriver: 0 })]
  return {
    v: 1,
    iss: EXPECTED.siteKey,
    aud: 'https://atalaya.example',
    origin: 'https://shop.example',
    act: 'checkout',
    nonce: nonceFor(),
    jti: fresh16().toString('base64url'),
    iat: NOW_MS / 1000 - 1,
    exp: NOW_MS / 1000 + 299,
    sid: 'session-1',
    ob: await orderBinding(ORDER),
    fs: SIGNAL_SCHEMA_ID,
    f,
    ps: scoreOf(f),
    pm: 'model-1',
    ks: 'kept',
    cm: 'full',
    gpc: false,
    sv: '0.1.0',
    ...change,
  }
}

export const deviceKey: DeviceKey = await createDeviceKey()

/** A token that a page with these claims really signs. */
export async function tokenWith(change: Partial<TokenClaims> = {}): Promise<string> {
  return signToken(await honestClaims(change), deviceKey)
}

/** A token with any header and payload, signed by the device key over exactly these bytes. */
export async function craft(header: object | string, payload: object | string): Promise<string> {
  const encode = (part: object | string) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  const input = `${encode(header)}.${encode(payload)}`
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    deviceKey.privateKey,
    new TextEncoder().encode(input),
  )
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

const signatures = createSignatureVerifier()

export function judge(
  token: string | null | undefined,
  nowMs = NOW_MS,
  recompute: RecomputePrescore = prescore,
) {
  return verifyToken(token, EXPECTED, { nowMs, nonceKey: NONCE_KEY, signatures, prescore: recompute })
}
