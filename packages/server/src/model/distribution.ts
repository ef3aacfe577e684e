import Type, { type Static } from 'typebox'

const share = Type.Number({ minimum: 0, maximum: 1 })
const strict = { additionalProperties: false } as const

/**
 * How the values of a feature or score were distributed: plain data, kept in a model's manifest so that drift can be
 * told later. The shares and `missing` (and `rest`) add up to 1.
 *
 * @property edges bin i holds values up to and including edge i, the last bin what is above all edges
 * @property values words of a category; `rest` is the share of every other word
 */
export const DistributionSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('number'),
      edges: Type.Array(Type.Number()),
      shares: Type.Array(share),
      missing: share,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('category'),
      values: Type.Array(Type.String()),
      shares: Type.Array(share),
      rest: share,
      missing: share,
    },
    strict,
  ),
])
export type Distribution = Static<typeof DistributionSchema>
export type NumberDistribution = Extract<Distribution, { kind: 'number' }>
export type CategoryDistribution = Extract<Distribution, { kind: 'category' }>

/** Bins of a number, if its values allow: about a tenth of the values each. */
const BINS = 10

/** Distribution of numbers over bins of their own making: deciles, or one bin a value when there are few. */
export function describeNumbers(values: Float32Array): NumberDistribution {
  return distributeNumbers(values, chooseEdges(values))
}

/** Distribution of other numbers over the bins of a first one. NaN is missing. */
export function distributeNumbers(values: ArrayLike<number>, edges: readonly number[]): NumberDistribution {
  const counts = new Array<number>(edges.length + 1).fill(0)
  let missing = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (Number.isNaN(value)) missing++
    else {
      const bin = binOf(edges, value)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
  }
  return { kind: 'number', edges: [...edges], ...sharesOf(counts, { missing }) }
}

/** Distribution of category words; null is missing, words not in `values` are the rest. */
export function distributeWords(
  words: readonly (string | null)[],
  values: readonly string[],
): CategoryDistribution {
  const places = new Map(values.map((value, place) => [value, place]))
  const counts = values.map(() => 0)
  let missing = 0
  let rest = 0
  for (const word of words) {
    const place = word === null ? undefined : places.get(word)
    if (word === null) missing++
    else if (place === undefined) rest++
    else counts[place] = (counts[place] ?? 0) + 1
  }
  return { kind: 'category', values: [...values], ...sharesOf(counts, { rest, missing }) }
}

function binOf(edges: readonly number[], value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (edges[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

function chooseEdges(values: Float32Array): number[] {
  const sorted = values.filter(value => !Number.isNaN(value)).sort()
  const distinct: number[] = []
  for (const value of sorted) {
    if (distinct.length > BINS) break
    if (value !== distinct.at(-1)) distinct.push(value)
  }
  const greatest = sorted.at(-1)
  if (greatest === undefined) return []
  if (distinct.length <= BINS) return distinct.slice(0, -1).map(rounded)
  // An edge at the greatest value would leave nothing above it: the one before it parts the two.
  const below = sorted.findLast(value => value < greatest) ?? greatest
  const deciles = Array.from({ length: BINS - 1 }, (_, bin) => {
    const value = sorted[Math.floor(((bin + 1) * sorted.length) / BINS)] ?? greatest
    return rounded(Math.min(value, below))
  })
  return [...new Set(deciles)]
}

/** Four digits tell bins apart and keep a manifest small; shares are counted over the rounded edges. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function sharesOf<T extends Readonly<Record<string, number>>>(
  counts: readonly number[],
  others: T,
): { shares: number[] } & { [K in keyof T]: number } {
  const total = [...counts, ...Object.values(others)].reduce((sum, count) => sum + count, 0) || 1
  const part = (count: number) => Number((count / total).toFixed(6))
  const rest = Object.fromEntries(Object.entries(others).map(([name, count]) => [name, part(count)]))
  return { shares: counts.map(part), ...(rest as { [K in keyof T]: number }) }
}

/** An empty bin counts as this share: PSI would be infinite. */
const LEAST_SHARE = 1e-4

/**
 * Population stability index: the sum over bins of `(after - before) * ln(after / before)`, missing being a bin of
 * its own. Below .1 little has changed, from .25 on much (N. Siddiqi, "Credit Risk Scorecards", 2006).
 *
 * @param after over the bins of `before`
 */
export function populationStability(before: Distribution, after: Distribution): number {
  const [from, to] = [bins(before), bins(after)]
  return from.reduce((sum, raw, bin) => {
    const a = Math.max(raw, LEAST_SHARE)
    const b = Math.max(to[bin] ?? 0, LEAST_SHARE)
    return sum + (b - a) * Math.log(b / a)
  }, 0)
}

function bins(distribution: Distribution): number[] {
  const { shares, missing } = distribution
  return distribution.kind === 'number' ? [...shares, missing] : [...shares, distribution.rest, missing]
}
