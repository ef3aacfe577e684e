import type { SQLInputValue } from 'node:sqlite'
import type { DecisionCommit, NewDelivery, TokenUseCommit } from '../types.ts'
import { toNewDeliveryRow } from './delivery-rows.ts'
import { decisionText } from './feature-values.ts'
import { keyValues } from './key-columns.ts'

/** Messages to shops that are written along. */
export interface MessageRows {
  readonly messages?: readonly (readonly SQLInputValue[])[]
}

/** Parameters of the writer's statements for the use of one token, ready to be sent to its thread. */
export interface TokenUseRows {
  readonly usedToken: readonly SQLInputValue[] | null
  readonly keptAnswer: readonly SQLInputValue[] | null
}

/** The same for one decision. */
export interface CommitRows extends TokenUseRows, MessageRows {
  readonly decision: readonly SQLInputValue[]
  readonly arrival: readonly SQLInputValue[]
}

export function toTokenUseRows({ usedToken, keptAnswer }: TokenUseCommit): TokenUseRows {
  return {
    usedToken: usedToken && [usedToken.nonceId, usedToken.jti, usedToken.expiresAtMs],
    keptAnswer: keptAnswer && [
      keptAnswer.siteId,
      keptAnswer.key,
      keptAnswer.bodyHash,
      keptAnswer.answer,
      keptAnswer.expiresAtMs,
    ],
  }
}

export function toMessageRows({ deliveries }: { readonly deliveries?: readonly NewDelivery[] }): MessageRows {
  return deliveries && deliveries.length > 0 ? { messages: deliveries.map(toNewDeliveryRow) } : {}
}

export function toRows({ stored, ...use }: DecisionCommit): CommitRows {
  const { seq, id, tokenDetail, envelope, decision } = stored
  const { event } = envelope
  return {
    decision: [
      seq,
      id,
      event.siteId,
      event.id,
      decision.decision,
      decision.score,
      event.amountMinor,
      event.currency,
      event.receivedAtMs,
      event.session.status,
      tokenDetail,
      JSON.stringify(envelope),
      decisionText(decision, envelope),
    ],
    arrival: [seq, event.atMs, event.siteAmountMinor, ...keyValues(event.keys)],
    ...toTokenUseRows(use),
    ...toMessageRows(use),
  }
}
