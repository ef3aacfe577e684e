import { readdirSync, readFileSync } from 'node:fs'

/** CPU time of a process by kind of thread, us. */
export interface CpuTimes {
  readonly main: number
  /** Worker threads: the store's writer, the explainer. */
  readonly workers: number
  /** libuv's pool, which checks signatures. */
  readonly pool: number
  /** What V8 does beside: compilation and garbage collection. */
  readonly engine: number
}

const KINDS: readonly (readonly [kind: keyof CpuTimes, name: RegExp])[] = [
  ['main', /^(MainThread|node)/],
  ['workers', /^Worker/],
  ['pool', /^libuv/],
  ['engine', /./],
]

/** Reads them from Linux' scheduler; a thread that has ended is not in it any more. */
export function cpuTimesOf(pid: number): CpuTimes {
  const times = { main: 0, workers: 0, pool: 0, engine: 0 }
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const read = (file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8')
    const kind = KINDS.find(([, name]) => name.test(read('comm')))?.[0] ?? 'engine'
    times[kind] += Number(read('schedstat').split(' ')[0]) / 1000
  }
  return times
}

export function totalUs({ main, workers, pool, engine }: CpuTimes): number {
  return main + workers + pool + engine
}

/** What was used between two readings, divided among so many requests. */
export function perRequest(before: CpuTimes, after: CpuTimes, requests: number): CpuTimes {
  const share = (kind: keyof CpuTimes) => (after[kind] - before[kind]) / requests
  return { main: share('main'), workers: share('workers'), pool: share('pool'), engine: share('engine') }
}
