import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { totalUs } from './cpu.ts'
import { answersOf, ratePerSecond, runLoad, type ServerProcess, startServer } from './processes.ts'

const echo = fileURLToPath(new URL('./echo.ts', import.meta.url))
const bodies = Array.from({ length: 50 }, (_, index) => JSON.stringify({ index, text: 'ñandú' }))
const options = { path: '/echo', headers: {}, connections: 4, durationMs: 10_000, expect: ['"index"'] }

describe.runIf(process.platform === 'linux')('a load', () => {
  let server: ServerProcess
  beforeEach(async () => {
    server = await startServer('0', [echo])
  })
  afterEach(() => server.stop())

  test('sends each prepared body once and waits for its answer', async () => {
    const before = server.cpuTimes()
    const result = await runLoad('0', { ...options, port: server.port }, bodies)
    expect(result.statuses).toEqual({ '200': 50 })
    expect(result.bodiesUsedUp).toBe(true)
    expect(ratePerSecond(result)).toBeGreaterThan(0)
    expect(totalUs(server.cpuTimes())).toBeGreaterThan(totalUs(before))
  })

  test('of a rate comes at that rate, however fast the answers are', async () => {
    const result = await runLoad('0', { ...options, port: server.port, ratePerSecond: 100 }, bodies)
    expect(answersOf(result)).toBe(50)
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms)
    // Fifty gaps of 10 ms on average, the same in every run.
    expect(result.elapsedMs).toBeGreaterThan(300)
  })

  test('that is refused is a fault, unless it may be', async () => {
    const refused = { ...options, path: '/nowhere', port: server.port }
    await expect(runLoad('0', refused, bodies)).rejects.toThrow('404')
  })
})
