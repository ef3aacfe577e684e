/** What a model said of some rows and what was true of them. */
export interface Scored {
  /** Higher is more suspicious. */
  readonly scores: ArrayLike<number>
  /** 1 fraud, 0 genuine. */
  readonly labels: ArrayLike<number>
}

/** How often each row counts; a bootstrap resample is such a vector. */
export type Weights = ArrayLike<number>

/** Rows in order of falling score, with the ends of the groups that have one score. */
export interface Ranking {
  /** Row numbers, most suspicious first. */
  readonly order: Uint32Array
  /** For each group of equal scores the place in `order` after its last row. */
  readonly groupEnds: Uint32Array
  readonly labels: ArrayLike<number>
  readonly scores: ArrayLike<number>
}

/** Sorts rows once, so that each metric and each resample is one pass. */
export function rank({ scores, labels }: Scored): Ranking {
  const keys = Float64Array.from(scores)
  const order = Uint32Array.from(keys, (_, row) => row)
  order.sort((a, b) => (keys[b] as number) - (keys[a] as number))
  const ends: number[] = []
  for (let place = 1; place <= order.length; place++) {
    const here = keys[order[place - 1] as number]
    if (place === order.length || keys[order[place] as number] !== here) ends.push(place)
  }
  return { order, groupEnds: Uint32Array.from(ends), labels, scores }
}

/** Called after each group of equal scores with what has been passed so far. */
export type Step = (state: {
  readonly score: number
  readonly frauds: number
  readonly genuine: number
}) => void

/** Walks the ranking from the most suspicious group down. Returns the totals. */
export function walk(
  { order, groupEnds, labels, scores }: Ranking,
  weights: Weights | null,
  step: Step,
): { frauds: number; genuine: number } {
  let frauds = 0
  let genuine = 0
  let place = 0
  for (const end of groupEnds) {
    for (; place < end; place++) {
      const row = order[place] as number
      const weight = weights === null ? 1 : (weights[row] as number)
      if (labels[row] === 1) frauds += weight
      else genuine += weight
    }
    step({ score: scores[order[end - 1] as number] as number, frauds, genuine })
  }
  return { frauds, genuine }
}
