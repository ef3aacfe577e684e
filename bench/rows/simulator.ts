import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSimulation } from '../../packages/server/src/simulator/write.ts'
import type { RowGroup } from '../context.ts'

/** As `atalaya simulate`: simulated, written, compressed and forced to disk. */
const rateRow: RowGroup = {
  ids: ['simulator.rate'],
  async measure({ quick }) {
    const events = quick ? 5_000 : 100_000
    const folder = await mkdtemp(join(tmpdir(), 'atalaya-bench-'))
    try {
      const startMs = performance.now()
      const options = { events, seed: 1, startMs: Date.UTC(2026, 0, 1) }
      await writeSimulation(options, folder, new AbortController().signal, () => undefined)
      const seconds = (performance.now() - startMs) / 1000
      const { size } = await stat(join(folder, 'history.ndjson.gz'))
      return {
        'simulator.rate': {
          ours: events / seconds,
          note: `${events.toLocaleString('en-US')} events written, ${Math.round(size / events)} bytes each`,
        },
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

export const simulatorRows: readonly RowGroup[] = [rateRow]
