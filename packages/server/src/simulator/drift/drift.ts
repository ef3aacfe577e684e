import { DAY_MS } from '../world/calendar.ts'
import type { Attack, DriftEvent, Scenario } from './scenario.ts'
import { NATURAL, type Style } from './style.ts'

/** A stretch of the history in which nothing changes. */
export interface Phase {
  readonly name: string
  readonly fromDay: number
  readonly fromMs: number
}

export interface Sale {
  readonly fromMs: number
  readonly untilMs: number
  readonly factor: number
}

/** A scenario laid on the calendar of one history. */
export class Drift {
  readonly #events: readonly DriftEvent[]
  readonly #startMs: number

  constructor(scenario: Scenario, startMs: number) {
    this.#events = scenario.events.toSorted((a, b) => a.day - b.day)
    this.#startMs = startMs
  }

  /** An attack's share of all payments at a time; 0 before its day. */
  share(attack: Attack, usual: number, atMs: number): number {
    let share = this.#of(attack).some(({ what }) => what === 'new_attack') ? 0 : usual
    for (const event of this.#until(attack, atMs)) share = event.share ?? (share > 0 ? share : usual)
    return share
  }

  style(attack: Attack, atMs: number): Style {
    let style = NATURAL
    for (const event of this.#until(attack, atMs)) {
      if (event.what === 'shift') style = { ...style, ...event.style }
    }
    return style
  }

  /** When an attack next changes after a time; infinite when it does not. */
  nextChange(attack: Attack, atMs: number): number {
    const times = this.#of(attack).map(({ day }) => this.#timeOf(day))
    return Math.min(Number.POSITIVE_INFINITY, ...times.filter(time => time > atMs))
  }

  get sales(): readonly Sale[] {
    return this.#events.flatMap(event =>
      event.what === 'sale'
        ? [
            {
              fromMs: this.#timeOf(event.day),
              untilMs: this.#timeOf(event.day + event.days),
              factor: event.factor,
            },
          ]
        : [],
    )
  }

  /** Days' worth of honest payments that sales add to a history of `days`. */
  saleDays(days: number): number {
    return this.#events.reduce((sum, event) => {
      if (event.what !== 'sale') return sum
      return sum + (event.factor - 1) * Math.max(0, Math.min(days, event.day + event.days) - event.day)
    }, 0)
  }

  /** The stretches between changes, in order; the first begins with the history. */
  phases(): readonly Phase[] {
    const changes = new Map<number, string[]>([[0, []]])
    const note = (day: number, words: string) => changes.set(day, [...(changes.get(day) ?? []), words])
    for (const event of this.#events) {
      if (event.what === 'sale') {
        note(event.day, 'sale')
        note(event.day + event.days, 'end of sale')
      } else note(event.day, `${event.what} ${event.attack}`)
    }
    return [...changes]
      .sort(([a], [b]) => a - b)
      .map(([fromDay, words]) => ({
        name: words.join(', ') || 'as it began',
        fromDay,
        fromMs: this.#timeOf(fromDay),
      }))
  }

  #timeOf(day: number): number {
    return this.#startMs + day * DAY_MS
  }

  #of(attack: Attack) {
    return this.#events.filter(event => event.what !== 'sale').filter(event => event.attack === attack)
  }

  #until(attack: Attack, atMs: number) {
    return this.#of(attack).filter(({ day }) => this.#timeOf(day) <= atMs)
  }
}
