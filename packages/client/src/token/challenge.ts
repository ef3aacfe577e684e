import type { ChallengeResponse } from '../contract/challenge.ts'

/** A challenge in hand, with the page's own times beside it. */
export interface HeldChallenge {
  readonly nonce: string
  readonly modelId: string | null
  /** Service clock minus page clock. */
  readonly offsetMs: number
  /** Monotonic ms after which another one should be fetched. */
  readonly staleAtMs: number
}

/** Keeps one challenge ready. */
export interface ChallengeSource {
  /** Begins to fetch one unless one is in hand or on its way; never throws. */
  prefetch(): void
  /** Takes the challenge in hand, or fetches one: a nonce serves one token. `null` when the service gave none. */
  take(): Promise<HeldChallenge | null>
  /** Looks at the challenge that {@link take} will give, without taking it. */
  peek(): Promise<HeldChallenge | null>
  /** The last known difference between the service's clock and the page's. */
  offsetMs(): number
  drop(): void
}

/** A challenge is replaced after this share of its life, so that none expires between page and service. */
const FRESH_SHARE = 0.8
const GIVE_UP_MS = 5_000

/**
 * @param request posts the site key and answers with the parsed JSON
 * @param clockMs monotonic milliseconds
 */
export function createChallengeSource(
  request: (signal: AbortSignal) => Promise<unknown>,
  clockMs: () => number,
  now: () => number,
): ChallengeSource {
  let current: Promise<HeldChallenge | null> | undefined
  let staleAtMs = Number.POSITIVE_INFINITY
  let offsetMs = 0
  const fetchOne = async (): Promise<HeldChallenge | null> => {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), GIVE_UP_MS)
    try {
      const response = await request(abort.signal)
      if (!isChallenge(response)) return null
      offsetMs = response.serverTimeMs - now()
      const lifeMs = (response.expiresAtMs - response.serverTimeMs) * FRESH_SHARE
      return {
        nonce: response.nonce,
        modelId: response.config.prescoreModelId,
        offsetMs,
        staleAtMs: clockMs() + lifeMs,
      }
    } catch {
      return null
    } finally {
      clearTimeout(timer)
    }
  }
  const peek = () => {
    if (current && clockMs() < staleAtMs) return current
    staleAtMs = Number.POSITIVE_INFINITY
    const fetching = fetchOne()
    current = fetching
    void fetching.then(held => {
      if (current !== fetching) return
      // A failed one is not kept: the next call asks again.
      if (held) staleAtMs = held.staleAtMs
      else current = undefined
    })
    return fetching
  }
  return {
    peek,
    prefetch: () => void peek(),
    take() {
      const taken = peek()
      current = undefined
      return taken
    },
    offsetMs: () => offsetMs,
    drop() {
      current = undefined
    },
  }
}

/** Whether the service's answer has what a token needs. Written by hand: a schema library does not fit a page. */
export function isChallenge(value: unknown): value is ChallengeResponse {
  if (typeof value !== 'object' || value === null) return false
  const { nonce, expiresAtMs, serverTimeMs, config } = value as Partial<ChallengeResponse>
  const modelId = config?.prescoreModelId
  return (
    typeof nonce === 'string' &&
    nonce.length > 0 &&
    nonce.length <= 256 &&
    Number.isSafeInteger(expiresAtMs) &&
    Number.isSafeInteger(serverTimeMs) &&
    (modelId === null || typeof modelId === 'string')
  )
}
