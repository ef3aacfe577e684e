import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroupCommit } from './group-commit.ts'

test('what arrives during a commit is the next batch, in order', async () => {
  const batches: number[][] = []
  let release = () => {}
  const commits = new GroupCommit<number>(async batch => {
    batches.push([...batch])
    await new Promise<void>(resolve => {
      release = resolve
    })
  })
  const first = commits.submit(1)
  await Promise.resolve()
  await Promise.resolve()
  const rest = [commits.submit(2), commits.submit(3)]
  release()
  await first
  await new Promise(resolve => setImmediate(resolve))
  release()
  await Promise.all(rest)
  expect(batches).toEqual([[1], [2, 3]])
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
