import type { RowGroup } from '../context.ts'

export const storeRows: readonly RowGroup[] = [
  {
    ids: ['store.durable'],
    async measure({ quick }) {
      const { measureDurable } = await import('../store.ts')
      const figures = await measureDurable(quick ? 1 : 5, quick ? 500 : 2_000)
      return {
        'store.durable': {
          ours: figures.perSecond,
          reference: {
            name: 'the same bytes appended and fdatasynced in groups',
            value: figures.rawPerSecond,
          },
          note: `64 in flight, ${figures.bytes} bytes a decision`,
        },
      }
    },
  },
  {
    ids: ['store.start'],
    async measure({ quick }) {
      const { measureStart } = await import('../store.ts')
      const payments = quick ? 100_000 : 1_000_000
      const { restored, replayed } = await measureStart(payments)
      const scale = 1_000_000 / payments
      const text = ({ ms, cpuMs }: typeof restored) =>
        `${Math.round(cpuMs * scale)} ms of CPU in ${Math.round(ms * scale)} ms`
      const note = `state of ${payments} payments from the snapshot and a tenth of them after it, ${text(restored)}; without a snapshot ${text(replayed)}`
      return { 'store.start': { ours: restored.ms * scale, note } }
    },
  },
]
