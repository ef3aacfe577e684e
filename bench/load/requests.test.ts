import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrderReference } from '@atalaya/client/contract'
import { expect, test } from 'vitest'
import { createSignatureVerifier } from '../../packages/server/src/token/signature.ts'
import { verifyToken } from '../../packages/server/src/token/verify.ts'
import { createSite, RequestPool } from './requests.ts'

test('every prepared request carries a token of its own that the service accepts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-pool-'))
  try {
    const site = createSite(folder)
    const audience = 'http://127.0.0.1:8787'
    const bodies = await new RequestPool(site, audience, null).make(12, 3)
    const nonces = new Set<string>()
    const keys = new Set<string | null>()
    for (const body of bodies) {
      const { token, transaction }: { token: string; transaction: OrderReference } = JSON.parse(body)
      const verdict = await verifyToken(
        token,
        {
          siteKey: site.publishableKey,
          origins: new Set(['https://shop.example']),
          audiences: new Set([audience]),
          action: 'checkout',
          order: transaction,
        },
        { nowMs: Date.now(), nonceKey: site.nonceKey, signatures: createSignatureVerifier() },
      )
      expect(verdict.facts.status).toBe('ok')
      nonces.add(verdict.singleUse?.nonceId ?? '')
      keys.add(verdict.thumbprint)
    }
    expect(nonces.size).toBe(12)
    expect(keys.size).toBe(3)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
