import type { Signals } from '../contract/signals.ts'
import type { Guard } from '../page/scope.ts'
import type { Collector, CollectorContext } from './collector.ts'

/** A collector may throw so often on a page before it is stopped. */
export const MAX_FAULTS = 5
/** A collector may use so much of a page's main thread, and one percent of the page's time on top. */
export const TIME_BUDGET_MS = 50

export interface RunningCollectors {
  /** Signals of all collectors that are well; never throws. */
  read(): Signals
  stop(): void
}

/**
 * Starts each collector apart from the others: its own scope, its own count of faults, its own time.
 * One that fails or takes too long is stopped and its signals are reported as not collected, since a part of a count
 * would mislead; the others go on.
 *
 * @param clockMs monotonic milliseconds
 */
export function runCollectors(
  collectors: readonly Collector[],
  context: (collector: Collector, guard: Guard) => CollectorContext,
  clockMs: () => number,
): RunningCollectors {
  const running = collectors.map(collector => runOne(collector, context, clockMs))
  return {
    read: () => Object.assign({}, ...running.map(one => one.read())),
    stop() {
      for (const one of running) one.stop()
    },
  }
}

function runOne(
  collector: Collector,
  context: (collector: Collector, guard: Guard) => CollectorContext,
  clockMs: () => number,
): RunningCollectors {
  const beganMs = clockMs()
  let usedMs = 0
  let faults = 0
  let well = true
  const guard: Guard = work => {
    if (!well) return
    const startMs = clockMs()
    try {
      work()
    } catch {
      faults++
    }
    const endMs = clockMs()
    usedMs += endMs - startMs
    if (faults > MAX_FAULTS || usedMs > TIME_BUDGET_MS + (endMs - beganMs) / 100) {
      well = false
      scope.close()
    }
  }
  const collectorContext = context(collector, guard)
  const { scope } = collectorContext
  let reader: (() => Signals) | undefined
  guard(() => {
    reader = collector.collect(collectorContext)
  })
  return {
    read() {
      let signals: Signals = {}
      if (well) {
        guard(() => {
          signals = reader?.() ?? {}
        })
      }
      return signals
    },
    stop: () => scope.close(),
  }
}
