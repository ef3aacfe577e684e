import type { Family } from '../attack.ts'
import { BODY } from './body.ts'
import { HTTP } from './http.ts'
import { INJECTION } from './injection.ts'
import { NONCE } from './nonce.ts'
import { ORDER } from './order.ts'
import { REPLAY } from './replay.ts'
import { TOKEN_HEADER } from './token-header.ts'
import { TOKEN_SIGNATURE } from './token-signature.ts'

/** Every attack there is, by kind. */
export const FAMILIES: readonly Family[] = [
  TOKEN_HEADER,
  TOKEN_SIGNATURE,
  REPLAY,
  NONCE,
  ORDER,
  BODY,
  INJECTION,
  HTTP,
]
