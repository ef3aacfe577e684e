import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ratePerSecond, runLoad, startServer } from './processes.ts'

const echo = fileURLToPath(new URL('./echo.ts', import.meta.url))

test.runIf(process.platform === 'linux')(
  'each prepared body is sent once and answered',
  async () => {
    const server = await startServer('0', [echo])
    try {
      const bodies = Array.from({ length: 50 }, (_, index) => JSON.stringify({ index, text: 'ñandú' }))
      const options = {
        path: '/echo',
        headers: {},
        connections: 4,
        durationMs: 10_000,
        repeat: false,
        expect: ['"index"'],
      }
      const result = await runLoad('0', { ...options, port: server.port }, bodies)
      expect(result.statuses).toEqual({ '200': 50 })
      expect(result.bodiesUsedUp).toBe(true)
      expect(ratePerSecond(result)).toBeGreaterThan(0)
    } finally {
      await server.stop()
    }
  },
  30_000,
)
