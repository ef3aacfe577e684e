import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ServiceState } from '../state/index.ts'
import type { DecisionStore } from '../store/index.ts'
import { commitOf } from '../store/testing/decisions.ts'
import { watchStore } from './watch-store.ts'

/** A store whose disk can be taken away, and a state that only tells what it was told. */
function world() {
  const seen: string[] = []
  let disk = true
  let astray = false
  let mends = true
  const write = () => (disk ? Promise.resolve() : Promise.reject(new Error('no room')))
  const store = { commit: write, purge: write, close: async () => undefined } as Partial<DecisionStore>
  const state = {
    settle: (seq: number, stored: boolean) => {
      seen.push(`${seq} ${stored ? 'stored' : 'lost'}`)
      if (!stored) astray = true
    },
    takeIn: (open: boolean) => seen.push(open ? 'open' : 'shut'),
    isAstray: () => astray,
  } as Partial<ServiceState>
  const watched = watchStore(store as DecisionStore, state as ServiceState, {
    onWorks: works => seen.push(works ? 'works' : 'fails'),
    onMessages: () => undefined,
    mend: async () => {
      if (!mends) throw new Error('the store cannot be read')
      await delay(5)
      astray = false
      seen.push('mended')
    },
    onFault: () => seen.push('not mended'),
  })
  return {
    ...{ watched, seen },
    setDisk: (works: boolean) => {
      disk = works
    },
    setMends: (works: boolean) => {
      mends = works
    },
  }
}

test('a failed write shuts the door until the store works and the history holds what is stored', async () => {
  const { watched, seen, setDisk } = world()
  await watched.commit(commitOf(1))
  setDisk(false)
  await expect(watched.commit(commitOf(2))).rejects.toThrow('no room')
  await expect(watched.commit(commitOf(3))).rejects.toThrow('no room')
  expect(seen).toEqual(['1 stored', '2 lost', 'shut', 'fails', '3 lost'])
  seen.length = 0
  setDisk(true)
  // The first attempt comes at once.
  while (!seen.includes('works')) await delay(5)
  expect(seen).toEqual(['mended', 'open', 'works'])
  await watched.close()
})

test('while the history cannot be mended the door stays shut', async () => {
  const { watched, seen, setDisk, setMends } = world()
  setDisk(false)
  setMends(false)
  await expect(watched.commit(commitOf(1))).rejects.toThrow('no room')
  setDisk(true)
  while (!seen.includes('not mended')) await delay(5)
  await delay(20)
  expect(seen).toEqual(['1 lost', 'shut', 'fails', 'not mended'])
  setMends(true)
  await watched.purge(0)
  while (!seen.includes('works')) await delay(5)
  expect(seen.slice(4)).toEqual(['mended', 'open', 'works'])
  await watched.close()
})
