import type { BenchContext, RowGroup } from '../context.ts'
import { type CpuTimes, totalUs } from '../load/cpu.ts'
import { ratePerSecond } from '../load/processes.ts'
import { CONNECTIONS, type VerifySetup, withServiceAndEcho } from '../load/verify-setup.ts'
import { median } from '../median.ts'
import type { Measurement } from '../result.ts'

interface Setting {
  readonly serverCores: string
  /** Device keys that come back; Infinity for a new one with every request. */
  readonly keys: number
}

/** A shopper comes back after so many others. */
const SHOPPERS = 4_000
const settings: Readonly<Record<string, Setting>> = {
  'verify.throughput.1core': { serverCores: '0', keys: SHOPPERS },
  'verify.throughput.2core': { serverCores: '0,1', keys: SHOPPERS },
  'verify.throughput.newkeys': { serverCores: '0', keys: Number.POSITIVE_INFINITY },
}

/** Alternates rounds of the service and of the echo over the same bodies. */
async function alternate(
  { keys }: Setting,
  { verify, echo, pool, outcomes }: VerifySetup,
  { quick }: BenchContext,
): Promise<Measurement> {
  const rounds = quick ? 1 : 5
  const count = quick ? 1_000 : 10_000
  const figures: { ours: number[]; echo: number[]; p99Ms: number[]; cpu: CpuTimes[]; echoUs: number[] } = {
    ...{ ours: [], echo: [], p99Ms: [], cpu: [], echoUs: [] },
  }
  for (let round = -1; round < rounds; round++) {
    const bodies = await pool.make(round < 0 ? Math.ceil(count / 4) : count, keys)
    const ours = await verify(bodies)
    const theirs = await echo(bodies)
    // The first round warms both up.
    if (round < 0) continue
    figures.ours.push(ratePerSecond(ours))
    figures.echo.push(ratePerSecond(theirs))
    figures.p99Ms.push(ours.p99Ms)
    figures.cpu.push(ours.cpuUs)
    figures.echoUs.push(totalUs(theirs.cpuUs))
  }
  const middle = (kind: keyof CpuTimes) => median(figures.cpu.map(times => times[kind])).toFixed(0)
  const cpuUs = median(figures.cpu.map(totalUs))
  const echoUs = median(figures.echoUs)
  return {
    ours: median(figures.ours),
    reference: { name: 'bare Express 5 JSON echo', value: median(figures.echo) },
    note: [
      `${CONNECTIONS} connections, ${count} fresh tokens a round, ${rounds} rounds`,
      `p99 ${median(figures.p99Ms).toFixed(1)} ms`,
      `CPU a decision ${cpuUs.toFixed(0)} us (main ${middle('main')}, writer and explainer ${middle('workers')}, signatures ${middle('pool')}, V8 ${middle('engine')}), echo ${echoUs.toFixed(0)} us, ratio of CPU ${(echoUs / cpuUs).toFixed(2)}`,
      outcomeText(await outcomes()),
    ].join(', '),
  }
}

/** What was explained is what was not allowed. */
function outcomeText(outcomes: Readonly<Record<string, number>>): string {
  const all = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  return `${((100 * (all - (outcomes['allow'] ?? 0))) / all).toFixed(0)} % not allowed and so explained`
}

export const verifyRows: readonly RowGroup[] = Object.entries(settings).map(([id, setting]) => ({
  ids: [id],
  measure: async context => ({
    [id]: await withServiceAndEcho(setting.serverCores, setup => alternate(setting, setup, context)),
  }),
}))
