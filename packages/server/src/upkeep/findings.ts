/**
 * Something that is not as it should be in a data folder.
 *
 * @property part which file or kind of row
 * @property where the row or place in it; empty for the whole
 * @property what is wrong, a clause
 * @property mend what to do, a sentence
 * @property damage false for what costs nothing that was acknowledged, such as a snapshot that will be made again
 */
export interface Finding {
  readonly part: string
  readonly where: string
  readonly what: string
  readonly mend: string
  readonly damage: boolean
}

export const RESTORE = 'Stop the service and restore a backup; keep the damaged folder for inspection.'

/** Of one kind of finding in one part so many are told one by one. */
const TOLD_OF_A_KIND = 20

/** Collects findings, however many there are. */
export class Findings {
  readonly #told: Finding[] = []
  readonly #counts = new Map<string, { readonly first: Finding; count: number }>()

  /** @param options `mend` unless a backup is the only way; `damage` unless something is lost or wrong */
  add(part: string, where: string, what: string, { mend = RESTORE, damage = true } = {}): void {
    const finding: Finding = { part, where, what, mend, damage }
    const kind = `${part}\n${mend}\n${damage}`
    const known = this.#counts.get(kind) ?? { first: finding, count: 0 }
    known.count += 1
    this.#counts.set(kind, known)
    if (known.count <= TOLD_OF_A_KIND) this.#told.push(finding)
  }

  /** In the order in which they were found; the rest of a kind as one. */
  list(): Finding[] {
    const rest = [...this.#counts.values()].filter(({ count }) => count > TOLD_OF_A_KIND)
    return [
      ...this.#told,
      ...rest.map(({ first, count }) => ({ ...first, where: '', what: `${count - TOLD_OF_A_KIND} more` })),
    ]
  }
}
