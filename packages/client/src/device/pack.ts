import { load } from '@fingerprintjs/fingerprintjs'
import type { Visitor } from '../token/make.ts'

/** Reads FingerprintJS' visitor id and its confidence. Without `monitoring: false` it would call home at times. */
export async function readVisitor(): Promise<Visitor> {
  const agent = await load({ monitoring: false })
  const { visitorId, confidence } = await agent.get()
  return { id: visitorId, confidence: confidence.score }
}
