import { describe, expect, test } from 'vitest'
import { openSession, SESSION_IDLE_MS } from './session.ts'
import type { Store } from './storage.ts'

function memoryStore(): Store & { content: string | null } {
  const store = {
    content: null as string | null,
    read: () => store.content,
    write: (_: string, value: string | null) => {
      store.content = value
    },
  }
  return store
}

function world() {
  const store = memoryStore()
  const clock = { ms: 1_000_000 }
  let ids = 0
  const open = () =>
    openSession(
      store,
      () => clock.ms,
      () => `s${++ids}`,
    )
  return { store, clock, open }
}

describe('a session', () => {
  test('goes on over pages', () => {
    const { clock, open } = world()
    const first = open()
    first.tally('essential').add('adds', 2)
    first.tally('full').add('keys')
    first.setNote('visitor 0.5')
    first.save()
    clock.ms += 60_000
    const second = open()
    expect(second.id()).toBe('s1')
    expect(second.startedMs()).toBe(1_000_000)
    expect(second.tally('essential').get('adds')).toBe(2)
    expect(second.tally('full').get('keys')).toBe(1)
    expect(second.note()).toBe('visitor 0.5')
  })

  test('ends after thirty idle minutes, between pages and within one', () => {
    const { clock, open } = world()
    const first = open()
    first.save()
    clock.ms += SESSION_IDLE_MS
    const second = open()
    expect(second.id()).not.toBe(first.id())
    second.tally('essential').add('adds')
    const before = second.id()
    clock.ms += SESSION_IDLE_MS
    second.tally('essential').add('adds')
    expect(second.id()).not.toBe(before)
    expect(second.tally('essential').get('adds')).toBe(1)
  })

  test('marks the time of something once', () => {
    const { clock, open } = world()
    const tally = open().tally('essential')
    expect(tally.sinceMs('first_at')).toBeNull()
    tally.mark('first_at')
    clock.ms += 500
    tally.mark('first_at')
    expect(tally.sinceMs('first_at')).toBe(500)
    tally.unmark('first_at')
    expect(tally.sinceMs('first_at')).toBeNull()
  })

  test('never runs backwards with a clock that is set back', () => {
    const { clock, open } = world()
    const tally = open().tally('essential')
    tally.mark('first_at')
    clock.ms -= 10_000
    expect(tally.sinceMs('first_at')).toBe(0)
  })

  test('drops what full consent allowed and keeps the rest', () => {
    const { open } = world()
    const session = open()
    session.tally('essential').add('adds')
    session.tally('full').add('keys')
    session.setNote('visitor 1')
    session.dropFull()
    expect(session.tally('essential').get('adds')).toBe(1)
    expect(session.tally('full').get('keys')).toBe(0)
    expect(session.note()).toBe('')
  })

  test('is taken up from an older tab, counts added and the earlier time kept', () => {
    const { clock, open } = world()
    const older = open()
    older.tally('essential').add('adds', 2)
    older.tally('essential').mark('checkout_at')
    older.tally('full').add('keys', 9)
    clock.ms += 5_000
    const { store: elsewhere } = world()
    const younger = openSession(
      elsewhere,
      () => clock.ms,
      () => 'other',
    )
    younger.tally('essential').add('adds')
    younger.tally('essential').mark('checkout_at')
    older.adopt(younger.text())
    younger.adopt(older.text())
    expect([older.id(), younger.id()]).toEqual(['s1', 's1'])
    expect(younger.startedMs()).toBe(1_000_000)
    expect(younger.tally('essential').get('adds')).toBe(3)
    expect(younger.tally('essential').sinceMs('checkout_at')).toBe(5_000)
    expect(younger.tally('full').get('keys')).toBe(0)
  })

  test('that was ended is not taken up again from another tab', () => {
    const { clock, open } = world()
    const older = open()
    clock.ms += 5_000
    const { store: elsewhere } = world()
    const younger = openSession(
      elsewhere,
      () => clock.ms,
      () => 'other',
    )
    younger.renew()
    younger.adopt(older.text())
    expect(younger.id()).toBe('other')
  })

  test('leaves nothing behind when it is erased', () => {
    const { store, open } = world()
    const session = open()
    session.save()
    const id = session.id()
    session.erase()
    expect(store.content).toBeNull()
    expect(session.id()).not.toBe(id)
  })

  test('trusts what it stored itself', () => {
    const { store, open } = world()
    store.content = '{"id":"x","startedMs":0,"lastMs":1000000,"essential":{},"full":{},"note":""}'
    expect(open().id()).toBe('x')
  })

  test.each([
    'no JSON',
    '[]',
    '{}',
    '{"id":1,"startedMs":0,"lastMs":1000000,"essential":{},"full":{},"note":""}',
    '{"id":"x","startedMs":0,"lastMs":1000000,"essential":{"adds":"1"},"full":{},"note":""}',
    '{"id":"x","startedMs":0,"lastMs":1000000,"essential":{},"full":{},"note":{}}',
  ])('does not trust what something else stored: %s', content => {
    const { store, open } = world()
    store.content = content
    expect(open().id()).toBe('s1')
  })
})
