import type { World } from './world.ts'

/** One thing that somebody hostile tries against a running service. */
export interface Attack {
  /** Stable, for example `token.alg-none`. */
  readonly id: string
  /** What is tried, as a sentence. */
  readonly tries: string
  /** What has to come of it, word for word what {@link Attack.run} then says. */
  readonly expected: string
  /** Tries it. @returns what came of it */
  readonly run: (world: World) => Promise<string>
}

/** Attacks of one kind. */
export interface Family {
  readonly name: string
  readonly attacks: readonly Attack[]
}

export interface Result {
  readonly outcome: string
  /** Whether the service did what it has to; a breach otherwise. */
  readonly held: boolean
}

/** Tries an attack; one that cannot be carried out proves nothing and counts as a breach. */
export async function attempt(attack: Attack, world: World): Promise<Result> {
  try {
    const outcome = await attack.run(world)
    return { outcome, held: outcome === attack.expected }
  } catch (error) {
    return { outcome: `failed: ${error instanceof Error ? error.message : error}`, held: false }
  }
}

/** Several outcomes in one line: each once, in the order in which they came. */
export const distinct = (outcomes: readonly (string | number)[]): string => [...new Set(outcomes)].join(', ')
