import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import type { RunningService } from '../http/index.ts'
import { readJson, writePrivateJson } from '../sites/files.ts'

const FILE = 'demo-shop.json'
const ShopKeySchema = Type.Object(
  {
    format: Type.Literal('atalaya-demo-shop/1'),
    siteKey: Type.String({ minLength: 1 }),
    secretKey: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
)
const shopKey = Compile(ShopKeySchema)
export type ShopKey = Static<typeof ShopKeySchema>

/**
 * The keys with which the demo shop asks the service. The service shows a secret key once and keeps only its hash, so
 * the shop keeps its own copy beside it (mode 0600), as a merchant would in its own secret store.
 *
 * @throws {AtalayaError} `demo_key_missing` when the data folder belongs to an installation without a demo shop
 */
export function shopKeyOf(dataDir: string, service: RunningService): ShopKey {
  const path = join(dataDir, FILE)
  if (service.firstSite) {
    const { site, secretKey } = service.firstSite
    const key = { format: 'atalaya-demo-shop/1' as const, siteKey: site.publishableKey, secretKey }
    writePrivateJson(path, key)
    return key
  }
  const kept = readJson(path, shopKey)
  if (kept) return kept
  throw new AtalayaError(
    'demo_key_missing',
    `the data folder ${dataDir} has sites but not the demo shop's key`,
    'Choose another folder with ATALAYA_DATA_DIR, or run `atalaya serve` on this one.',
  )
}
