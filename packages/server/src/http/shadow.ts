import { appendFile } from 'node:fs/promises'
import { encoder } from '../features/index.ts'
import type { Logger, Metrics } from '../monitoring/index.ts'
import { type EngineModel, type ShadowScore, shadowFile } from '../registry/index.ts'
import type { StoredDecision } from '../store/index.ts'

/** Decisions that may wait for the challenger; more are left out, so that it can never hold up those that count. */
const MAX_WAITING = 1_000
/** Scored in one turn of the event loop: about a millisecond. */
const TURN_ROWS = 32

export interface ShadowOptions {
  readonly challenger: EngineModel
  /** The service's data folder. */
  readonly folder: string
  readonly metrics: Metrics
  readonly logger: Logger
}

export interface Shadow {
  /** Takes a stored decision; returns at once. */
  observe(stored: StoredDecision): void
  /** Scores and writes what is waiting. */
  finish(): Promise<void>
}

/**
 * Lets a challenger score every decision once it is stored and its answer is on its way. Its scores go to a file of
 * their own, not into the store: no decision waits for a commit that holds them, and losing some in a crash costs
 * nothing but a little of the comparison.
 */
export function startShadow({ challenger, folder, metrics, logger }: ShadowOptions): Shadow {
  const file = shadowFile(folder)
  const encode = encoder(challenger.scorer.columns)
  const waiting: StoredDecision[] = []
  let working: Promise<void> | undefined

  const scoreOf = async ({ id, envelope, decision }: StoredDecision): Promise<ShadowScore | null> => {
    try {
      const { probability, margin } = await challenger.scorer.score(encode(decision.features))
      metrics.shadowed('scored')
      if (decision.score !== null) metrics.shadowDifference(probability - decision.score)
      const champion = { champion: envelope.versions.model, championScore: decision.score }
      return { decisionId: id, ...champion, challenger: challenger.version, score: probability, margin }
    } catch (error) {
      metrics.shadowed('failed')
      logger.warn({ err: error }, 'the challenger could not score a decision')
      return null
    }
  }

  const work = async () => {
    while (waiting.length > 0) {
      await new Promise(resolve => setImmediate(resolve))
      const lines: string[] = []
      for (const stored of waiting.splice(0, TURN_ROWS)) {
        const score = await scoreOf(stored)
        if (score) lines.push(`${JSON.stringify(score)}\n`)
      }
      await appendFile(file, lines.join('')).catch((error: unknown) =>
        logger.warn({ err: error }, "the challenger's scores could not be written"),
      )
    }
    working = undefined
  }

  return {
    observe: stored => {
      if (waiting.length >= MAX_WAITING) {
        metrics.shadowed('dropped')
        return
      }
      waiting.push(stored)
      working ??= work()
    },
    finish: async () => working,
  }
}
