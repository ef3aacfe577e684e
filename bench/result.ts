/** A bound that a row has to keep: on our own figure, or on ours divided by the reference. */
export interface Goal {
  readonly of: 'ours' | 'ratio'
  readonly bound: 'at most' | 'at least'
  readonly value: number
}

/** One row of the benchmark before it is measured. */
export interface RowDefinition {
  readonly id: string
  readonly what: string
  readonly unit: string
  /** All have to be kept. */
  readonly goals: readonly Goal[]
}

/** What measuring a row gave. */
export interface Measurement {
  /** In the row's unit. */
  readonly ours: number
  /** The peer or baseline measured in the same run, in the row's unit. */
  readonly reference?: { readonly name: string; readonly value: number }
  readonly note?: string
}

/** One row as it is printed: the format of `--json`. */
export interface BenchRow {
  readonly id: string
  readonly what: string
  readonly ours: number | null
  readonly unit: string
  readonly reference: number | null
  readonly referenceName: string | null
  /** `ours / reference` */
  readonly ratio: number | null
  readonly goal: string
  readonly met: boolean
  readonly note: string | null
}

/** A row that could not be measured; the note says why. It counts as not met. */
export function unmeasured(row: RowDefinition, note: string): BenchRow {
  return {
    ...{ id: row.id, what: row.what, ours: null, unit: row.unit, reference: null, referenceName: null },
    ...{ ratio: null, goal: describeGoals(row), met: false, note },
  }
}

/** Judges a measurement by the row's goals. */
export function judge(row: RowDefinition, measurement: Measurement): BenchRow {
  const { ours, reference } = measurement
  const ratio = reference === undefined ? null : ours / reference.value
  const keeps = ({ of, bound, value }: Goal) => {
    const figure = of === 'ours' ? ours : ratio
    if (figure === null || !Number.isFinite(figure)) return false
    return bound === 'at most' ? figure <= value : figure >= value
  }
  return {
    ...{ id: row.id, what: row.what, ours, unit: row.unit },
    ...{ reference: reference?.value ?? null, referenceName: reference?.name ?? null, ratio },
    ...{ goal: describeGoals(row), met: row.goals.every(keeps), note: measurement.note ?? null },
  }
}

function describeGoals(row: RowDefinition): string {
  return row.goals
    .map(({ of, bound, value }) => {
      const sign = bound === 'at most' ? '<=' : '>='
      return of === 'ours' ? `${sign} ${value} ${row.unit}` : `ratio ${sign} ${value}`
    })
    .join(' and ')
}
