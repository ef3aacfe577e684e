import { userInfo } from 'node:os'
import type { PromotionNote } from './promotions.ts'

/** Now, by the account that runs this program. */
export function noteNow(): PromotionNote {
  return { atMs: Date.now(), by: userName() }
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
