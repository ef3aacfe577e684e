import type { BenchContext, RowGroup } from '../context.ts'
import type { LoadResult } from '../load/generator.ts'
import { ratePerSecond } from '../load/processes.ts'
import { type VerifySetup, withServiceAndEcho } from '../load/verify-setup.ts'
import { median } from '../median.ts'
import type { Measurement } from '../result.ts'

const SHOPPERS = 4_000
const IDS = ['verify.p99.load70', 'verify.goodput.load150', 'verify.p99.load150'] as const

/** What of a load was answered in time and not refused, 1/s. */
function goodput({ statuses, elapsedMs }: LoadResult): number {
  return ((statuses['200'] ?? 0) * 1000) / elapsedMs
}

function shedShare({ statuses }: LoadResult): number {
  const shed = statuses['503'] ?? 0
  return shed / (shed + (statuses['200'] ?? 0))
}

/**
 * Capacity is what a closed loop gets answered on one core. Requests then come at random moments of 70 % and of 150 % of
 * it, measured anew in each round, since a shared machine is not equally fast at all times.
 */
async function measureLoads(
  { pool, verify, echo }: VerifySetup,
  { quick, progress }: BenchContext,
): Promise<Record<(typeof IDS)[number], Measurement>> {
  const rounds = quick ? 1 : 5
  const seconds = quick ? 1 : 5
  const bodiesFor = (rate: number) => pool.make(Math.round(rate * seconds), SHOPPERS)
  const loads: { capacity: number; calm: LoadResult; echoed: LoadResult; rush: LoadResult }[] = []
  await verify(await pool.make(quick ? 1_000 : 10_000, SHOPPERS))
  for (let round = 0; round < rounds; round++) {
    const closed = await verify(await pool.make(quick ? 1_000 : 6_000, SHOPPERS))
    const capacity = ratePerSecond(closed)
    const calmRate = { ratePerSecond: 0.7 * capacity, mayShed: true }
    const calm = await verify(await bodiesFor(calmRate.ratePerSecond), calmRate)
    const echoed = await echo(await bodiesFor(calmRate.ratePerSecond), calmRate)
    const rushRate = { ratePerSecond: 1.5 * capacity, mayShed: true }
    const rush = await verify(await bodiesFor(rushRate.ratePerSecond), rushRate)
    loads.push({ capacity, calm, echoed, rush })
    progress(
      `capacity ${capacity.toFixed(0)}/s, at 70 % p99 ${calm.p99Ms.toFixed(1)} ms, at 150 % ${goodput(rush).toFixed(0)}/s p99 ${rush.p99Ms.toFixed(1)} ms`,
    )
  }
  const middle = (figure: (load: (typeof loads)[number]) => number) => median(loads.map(figure))
  const capacity = `capacity ${middle(load => load.capacity).toFixed(0)}/s on one core, ${rounds} rounds`
  const calmShed = middle(({ calm }) => shedShare(calm))
  const shed = 100 * middle(({ rush }) => shedShare(rush))
  return {
    'verify.p99.load70': {
      // One in a hundred that was refused was not answered within any time.
      ours: calmShed > 0.01 ? Number.POSITIVE_INFINITY : middle(({ calm }) => calm.p99Ms),
      reference: { name: 'Express echo at the same rate', value: middle(({ echoed }) => echoed.p99Ms) },
      note: `${capacity}, answered: p50 ${middle(({ calm }) => calm.p50Ms).toFixed(1)} ms, p99 ${middle(({ calm }) => calm.p99Ms).toFixed(1)} ms, ${(100 * calmShed).toFixed(2)} % refused, the generator itself late by ${middle(({ calm }) => calm.latenessP99Ms).toFixed(1)} ms (p99)`,
    },
    'verify.goodput.load150': {
      ours: middle(load => goodput(load.rush) / load.capacity),
      note: `${capacity}, ${shed.toFixed(0)} % refused with 503`,
    },
    'verify.p99.load150': {
      ours: middle(({ rush }) => rush.p99Ms),
      note: `${capacity}, p50 ${middle(({ rush }) => rush.p50Ms).toFixed(1)} ms, the generator itself late by ${middle(({ rush }) => rush.latenessP99Ms).toFixed(1)} ms (p99)`,
    },
  }
}

export const verifyLoadRows: RowGroup = {
  ids: IDS,
  measure: context => withServiceAndEcho('0', setup => measureLoads(setup, context)),
}
