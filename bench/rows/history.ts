import type { RowGroup } from '../context.ts'

export const historyRows: RowGroup = {
  ids: ['history.memory', 'history.update', 'history.error.90d'],
  async measure({ quick }) {
    const { measureHistory } = await import('../history.ts')
    const figures = await measureHistory(
      quick ? { entities: 50_000, events: 200_000 } : { entities: 1_000_000, events: 4_000_000 },
    )
    return {
      'history.memory': { ours: figures.mbPerMillionEntities },
      'history.update': { ours: figures.usPerEntity },
      'history.error.90d': { ours: figures.p99RelativeError90d },
    }
  },
}
