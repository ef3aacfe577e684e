import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { watchLoopDelay } from './loop-delay.ts'

test('a loop that was held up is late, and on time again later', async () => {
  const loop = watchLoopDelay()
  const heldUntilMs = performance.now() + 150
  while (performance.now() < heldUntilMs);
  expect(loop.delayMs()).toBeGreaterThan(100)
  await expect
    .poll(
      async () => {
        await delay(50)
        return loop.delayMs()
      },
      { timeout: 20_000 },
    )
    .toBeLessThan(100)
  loop.stop()
})
