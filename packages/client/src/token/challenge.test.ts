import { describe, expect, test } from 'vitest'
import { createChallengeSource, isChallenge } from './challenge.ts'

const answer = {
  nonce: 'n1',
  expiresAtMs: 1_600_000,
  serverTimeMs: 1_000_000,
  config: { prescoreModelId: 'm' },
}

function world(respond: (count: number) => unknown) {
  const clock = { ms: 0 }
  let asked = 0
  const source = createChallengeSource(
    async () => respond(++asked),
    () => clock.ms,
    () => 400_000 + clock.ms,
  )
  return { clock, source, asked: () => asked }
}
const numbered = (count: number) => ({ ...answer, nonce: `n${count}` })

describe('a challenge', () => {
  test('is fetched once for those who look and the one who takes', async () => {
    const { source, asked } = world(numbered)
    source.prefetch()
    await source.peek()
    expect((await source.take())?.nonce).toBe('n1')
    expect(asked()).toBe(1)
  })

  test('serves one token', async () => {
    const { source } = world(numbered)
    expect([(await source.take())?.nonce, (await source.take())?.nonce]).toEqual(['n1', 'n2'])
  })

  test('is replaced before it expires', async () => {
    const { clock, source } = world(numbered)
    await source.peek()
    clock.ms = 479_000
    expect((await source.peek())?.nonce).toBe('n1')
    clock.ms = 481_000
    expect((await source.take())?.nonce).toBe('n2')
  })

  test('tells how far the clocks are apart', async () => {
    const { source } = world(numbered)
    expect(source.offsetMs()).toBe(0)
    await source.peek()
    expect(source.offsetMs()).toBe(600_000)
  })

  test('that failed is asked for again', async () => {
    const { source } = world(count => {
      if (count === 1) throw new Error('network')
      return count === 2 ? { status: 'busy' } : numbered(count)
    })
    expect(await source.take()).toBeNull()
    expect(await source.take()).toBeNull()
    expect((await source.take())?.nonce).toBe('n3')
  })

  test('is dropped with its session', async () => {
    const { source } = world(numbered)
    await source.peek()
    source.drop()
    expect((await source.take())?.nonce).toBe('n2')
  })
})

test.each([
  null,
  'text',
  {},
  { ...answer, nonce: '' },
  { ...answer, nonce: 'n'.repeat(257) },
  { ...answer, serverTimeMs: '1' },
  { ...answer, config: undefined },
  { ...answer, config: { prescoreModelId: 5 } },
])('an answer that is not a challenge is not taken for one: %j', value => {
  expect(isChallenge(value)).toBe(false)
})
