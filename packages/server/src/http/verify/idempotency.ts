import { hash } from 'node:crypto'
import type { DecisionReader } from '../../store/index.ts'
import type { RequestParts } from '../exchange.ts'
import { Problem } from '../problem.ts'

/** How long an answer is kept under its key. */
export const KEEP_ANSWER_MS = 86_400_000

/** A request's idempotency key, with a hash that tells whether a second request is the same. */
export interface IdempotencyKey {
  readonly siteId: string
  readonly key: string
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string
}

/** @throws {Problem} `idempotency_key_invalid` */
export function idempotencyKeyOf(
  siteId: string,
  { headers, body }: RequestParts,
): IdempotencyKey | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Problem('idempotency_key_invalid')
  return { siteId, key, bodyHash: hash('sha256', body, 'hex') }
}

/**
 * Gives the same answer for the same key and body: from the store, or from the request that is being worked on when
 * the second arrives before the first is done.
 */
export class IdempotentAnswers {
  readonly #reader: DecisionReader
  readonly #open = new Map<string, { readonly bodyHash: string; readonly answer: Promise<string> }>()

  constructor(reader: DecisionReader) {
    this.#reader = reader
  }

  /**
   * @param work makes the answer and stores it under the key
   * @throws {Problem} `idempotency_conflict` when the key was used for another body
   */
  async answer(
    { siteId, key, bodyHash }: IdempotencyKey,
    nowMs: number,
    work: () => Promise<string>,
  ): Promise<{ readonly answer: string; readonly repeated: boolean }> {
    const name = `${siteId}\n${key}`
    const open = this.#open.get(name)
    const known = open ?? this.#reader.keptAnswer(siteId, key, nowMs)
    if (known) {
      if (known.bodyHash !== bodyHash) throw new Problem('idempotency_conflict')
      return { answer: await known.answer, repeated: true }
    }
    const answer = work()
    this.#open.set(name, { bodyHash, answer })
    try {
      return { answer: await answer, repeated: false }
    } finally {
      this.#open.delete(name)
    }
  }
}
