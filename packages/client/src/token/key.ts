import type { KeyState } from '../contract/claims.ts'
import { createDeviceKey, type DeviceKey } from '../contract/token.ts'
import type { KeyStore } from './key-store.ts'

/** A device key and where it comes from. */
export interface HeldKey {
  readonly key: DeviceKey
  readonly state: KeyState
}

/**
 * The key that signs tokens. With `store` it is kept between visits; without, or when the browser refuses storage, it
 * lives in memory and is marked `ephemeral`.
 */
export async function openKey(store: KeyStore | undefined): Promise<HeldKey> {
  if (store) {
    try {
      return await store.exclusively(async () => {
        const kept = await store.read()
        if (kept && isUsable(kept)) return { key: kept, state: 'kept' }
        const key = await createDeviceKey()
        await store.write(key)
        return { key, state: 'new' }
      })
    } catch {
      // Storage is refused (private mode, blocked site data): a key in memory still proves integrity.
    }
  }
  return { key: await createDeviceKey(), state: 'ephemeral' }
}

function isUsable(key: DeviceKey): boolean {
  return (
    key.privateKey instanceof CryptoKey && !key.privateKey.extractable && typeof key.publicJwk.x === 'string'
  )
}
