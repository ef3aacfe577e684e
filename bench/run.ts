import { type BenchContext, NotMeasurable, type RowGroup } from './context.ts'
import { type BenchRow, judge, type Measurement, type RowDefinition, unmeasured } from './result.ts'

type Outcome = { readonly measurement: Measurement } | { readonly note: string }

/** Measures one group; a failure becomes the note of its rows and never ends the run. */
async function outcomesOf(group: RowGroup, context: BenchContext): Promise<Map<string, Outcome>> {
  const ids = group.ids.filter(id => context.wants(id))
  try {
    const measurements = await group.measure(context)
    return new Map(
      ids.map(id => {
        const measurement = measurements[id]
        return [id, measurement ? { measurement } : { note: 'the measurement gave no figure' }]
      }),
    )
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const note = error instanceof NotMeasurable ? message : `failed: ${message}`
    return new Map(ids.map(id => [id, { note }]))
  }
}

/**
 * Measures the wanted rows, one group after the other so that none disturbs another.
 *
 * @returns one row for each wanted definition, in the definitions' order
 */
export async function runBenchmark(
  definitions: readonly RowDefinition[],
  groups: readonly RowGroup[],
  context: BenchContext,
): Promise<BenchRow[]> {
  const outcomes = new Map<string, Outcome>()
  for (const group of groups.filter(candidate => candidate.ids.some(id => context.wants(id)))) {
    context.progress(`measuring ${group.ids.filter(id => context.wants(id)).join(', ')}`)
    for (const [id, outcome] of await outcomesOf(group, context)) outcomes.set(id, outcome)
  }
  return definitions
    .filter(definition => context.wants(definition.id))
    .map(definition => {
      const outcome = outcomes.get(definition.id) ?? { note: 'no measurement exists for this row yet' }
      return 'measurement' in outcome
        ? judge(definition, outcome.measurement)
        : unmeasured(definition, outcome.note)
    })
}
