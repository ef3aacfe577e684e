import { simulateHistory } from '../../packages/server/src/simulator/index.ts'
import type { RowGroup } from '../context.ts'

/** The simulator's rate includes writing each event as a line of a history file, as `atalaya simulate` does. */
const rateRow: RowGroup = {
  ids: ['simulator.rate'],
  async measure({ quick }) {
    const events = quick ? 5_000 : 100_000
    const startMs = performance.now()
    let bytes = 0
    for (const record of simulateHistory({ events, seed: 1, startMs: Date.UTC(2026, 0, 1) })) {
      bytes += JSON.stringify(record).length
    }
    const seconds = (performance.now() - startMs) / 1000
    return {
      'simulator.rate': {
        ours: events / seconds,
        note: `${events.toLocaleString('en-US')} events of ${Math.round(bytes / events)} bytes on one core`,
      },
    }
  },
}

export const simulatorRows: readonly RowGroup[] = [rateRow]
