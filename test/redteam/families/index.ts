import type { Family } from '../attack.ts'
import { BODY } from './body.ts'
import { BROWSER } from './browser.ts'
import { CORS } from './cors.ts'
import { FARMS } from './farms.ts'
import { FEATURES } from './features.ts'
import { HTTP } from './http.ts'
import { IDEMPOTENCY } from './idempotency.ts'
import { INJECTION } from './injection.ts'
import { KEYS } from './keys.ts'
import { NONCE } from './nonce.ts'
import { ORDER } from './order.ts'
import { OVERLOAD } from './overload.ts'
import { REPLAY } from './replay.ts'
import { TOKEN_HEADER } from './token-header.ts'
import { TOKEN_SIGNATURE } from './token-signature.ts'
import { WEBHOOKS } from './webhooks.ts'

/** Every attack there is, by kind. */
export const FAMILIES: readonly Family[] = [
  TOKEN_HEADER,
  TOKEN_SIGNATURE,
  REPLAY,
  NONCE,
  ORDER,
  FEATURES,
  FARMS,
  KEYS,
  CORS,
  BODY,
  INJECTION,
  HTTP,
  IDEMPOTENCY,
  WEBHOOKS,
  BROWSER,
  OVERLOAD,
]
