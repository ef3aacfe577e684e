import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroupCommit } from './group-commit.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))

test('what arrives in one turn is one batch, what arrives during a commit the next, in order', async () => {
  const batches: number[][] = []
  let release = () => {}
  const commits = new GroupCommit<number>(async batch => {
    batches.push([...batch])
    await new Promise<void>(resolve => {
      release = resolve
    })
  })
  const first = [commits.submit(1)]
  await Promise.resolve()
  first.push(commits.submit(2))
  await turn()
  const rest = [commits.submit(3), commits.submit(4)]
  release()
  await Promise.all(first)
  await turn()
  release()
  await Promise.all(rest)
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ])
})

test('each item is written once, whatever the timing, and draining waits for all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 40 }), async pauses => {
      const written: number[] = []
      const commits = new GroupCommit<number>(async batch => {
        await new Promise(resolve => setImmediate(resolve))
        written.push(...batch)
      })
      for (const [item, pause] of pauses.entries()) {
        void commits.submit(item)
        for (let turn = 0; turn < pause; turn++) await new Promise(resolve => setImmediate(resolve))
      }
      await commits.drain()
      expect(written).toEqual(pauses.map((_, item) => item))
    }),
    { numRuns: 30 },
  )
})

test('a batch that fails rejects its own items and no others', async () => {
  let fails = true
  const commits = new GroupCommit<string>(async () => {
    if (fails) throw new Error('disk full')
  })
  await expect(commits.submit('lost')).rejects.toThrow('disk full')
  fails = false
  await expect(commits.submit('kept')).resolves.toBeUndefined()
})
