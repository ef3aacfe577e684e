import { describe, expect, test } from 'vitest'
import { type Guard, openScope } from '../page/scope.ts'
import { openSession } from '../page/session.ts'
import type { Collect } from './collector.ts'
import { MAX_FAULTS, runCollectors, TIME_BUDGET_MS } from './run.ts'

function world() {
  const clock = { ms: 0 }
  const target = new EventTarget()
  const store = { read: () => null, write: () => {} }
  const session = openSession(
    store,
    () => clock.ms,
    () => 'id',
  )
  const run = (...collects: Collect[]) =>
    runCollectors(
      collects.map(collect => ({ consent: 'essential', collect })),
      (collector, guard: Guard) => ({
        scope: openScope(guard),
        session,
        tally: session.tally(collector.consent),
        track: () => true,
        now: () => clock.ms,
      }),
      () => clock.ms,
    )
  const fire = (times = 1) => {
    for (let count = 0; count < times; count++) target.dispatchEvent(new Event('tick'))
  }
  return { clock, target, run, fire }
}

const healthy =
  (target: EventTarget): Collect =>
  ({ scope, tally }) => {
    scope.on(target, 'tick', () => tally.add('ticks'))
    return () => ({ page_views: tally.get('ticks') })
  }

describe('a collector', () => {
  test('that throws at its start costs only its own signals', () => {
    const { target, run, fire } = world()
    const broken: Collect = () => {
      throw new Error('no such API')
    }
    const running = run(broken, healthy(target))
    fire()
    expect(running.read()).toEqual({ page_views: 1 })
  })

  test('that throws in its listeners is stopped, and says nothing rather than a part', () => {
    const { target, run, fire } = world()
    const broken: Collect = ({ scope, tally }) => {
      scope.on(target, 'tick', () => {
        tally.add('broken')
        throw new Error('always')
      })
      return () => ({ hidden_count: tally.get('broken') })
    }
    const running = run(broken, healthy(target))
    fire(MAX_FAULTS)
    expect(running.read()).toEqual({ hidden_count: MAX_FAULTS, page_views: MAX_FAULTS })
    fire(2)
    expect(running.read()).toEqual({ page_views: MAX_FAULTS + 2 })
  })

  test('that takes too long is stopped', () => {
    const { clock, target, run, fire } = world()
    const slow: Collect = ({ scope }) => {
      scope.on(target, 'tick', () => {
        clock.ms += TIME_BUDGET_MS / 2
      })
      return () => ({ hidden_count: 1 })
    }
    const running = run(slow, healthy(target))
    fire(2)
    expect(running.read()).toEqual({ hidden_count: 1, page_views: 2 })
    fire(2)
    expect(running.read()).toEqual({ page_views: 4 })
  })

  test('may use one percent of a long page', () => {
    const { clock, target, run, fire } = world()
    const steady: Collect = ({ scope }) => {
      scope.on(target, 'tick', () => {
        clock.ms += 1
      })
      return () => ({ hidden_count: 1 })
    }
    const running = run(steady)
    for (let count = 0; count < 1_000; count++) {
      clock.ms += 200
      fire()
    }
    expect(running.read()).toEqual({ hidden_count: 1 })
  })

  test('listens no more after stop()', () => {
    const { target, run, fire } = world()
    const running = run(healthy(target))
    fire()
    running.stop()
    fire()
    expect(running.read()).toEqual({ page_views: 1 })
  })
})
