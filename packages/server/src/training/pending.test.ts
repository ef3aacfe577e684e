import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PendingQueue } from './pending.ts'

it('gives things in the order of their time, and of one time in the order they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), times => {
      const queue = new PendingQueue<number>()
      for (const [index, atMs] of times.entries()) queue.add(atMs, index)
      const taken: number[] = []
      for (let next = queue.takeUntil(99); next; next = queue.takeUntil(99)) taken.push(next.item)
      const expected = times
        .map((_, index) => index)
        .sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
      expect(taken).toEqual(expected)
    }),
  )
})

it('keeps back what is not known yet', () => {
  const queue = new PendingQueue<string>()
  queue.add(200, 'later')
  queue.add(100, 'now')
  expect(queue.takeUntil(100)?.item).toBe('now')
  expect(queue.takeUntil(199)).toBeUndefined()
  expect(queue.size).toBe(1)
})
