import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { NotMeasurable } from '../context.ts'
import { type CpuTimes, cpuTimesOf } from './cpu.ts'
import type { LoadOptions, LoadResult } from './generator.ts'

/** A server started for the benchmark. */
export interface ServerProcess {
  readonly port: number
  /** Its CPU time so far. */
  cpuTimes(): CpuTimes
  stop(): Promise<void>
}

/** How long a server may take to say where it listens. */
const startTimeoutMs = 30_000

/** Command and arguments that run Node.js on the given cores alone (Linux). */
function pinned(cores: string, args: readonly string[]): [command: string, args: string[]] {
  if (process.platform !== 'linux')
    throw new NotMeasurable('pinning processes to cores needs Linux (taskset)')
  return ['taskset', ['-c', cores, process.execPath, ...args]]
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

/**
 * Starts a server on the given cores and waits for a line that names its port, such as
 * `listening on http://127.0.0.1:4711`.
 *
 * @param cores as `taskset -c` takes them, for example `0` or `0,1`
 * @param args Node.js arguments
 * @throws when it ends or stays silent instead; the message holds what it printed
 */
export async function startServer(
  cores: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(...pinned(cores, args), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${args.join(' ')} ${why}: ${output.slice(-600).trim()}`))
    const timer = setTimeout(() => fail('did not say where it listens'), startTimeoutMs)
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', line => {
        output += `${line}\n`
        const match = /https?:\/\/(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):(\d+)/.exec(line)
        if (!match) return
        clearTimeout(timer)
        resolve(Number(match[1]))
      })
    }
    child.once('error', reject)
    child.once('exit', code => {
      clearTimeout(timer)
      fail(`ended with exit code ${code}`)
    })
  }).catch(async error => {
    await stop(child)
    throw error
  })
  return { port, cpuTimes: () => cpuTimesOf(child.pid ?? 0), stop: () => stop(child) }
}

/**
 * Runs the load generator on the given cores.
 * @throws when an answer is not 2xx or lacks the expected text
 */
export async function runLoad(
  cores: string,
  options: Omit<LoadOptions, 'bodiesFile'>,
  bodies: readonly string[],
): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-load-'))
  try {
    const bodiesFile = join(folder, 'bodies.ndjson')
    const optionsFile = join(folder, 'options.json')
    writeFileSync(bodiesFile, bodies.join('\n'))
    writeFileSync(optionsFile, JSON.stringify({ ...options, bodiesFile } satisfies LoadOptions))
    const generator = fileURLToPath(new URL('./generator.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(...pinned(cores, [generator, optionsFile]))
    const result: LoadResult = JSON.parse(stdout)
    if (result.firstRefusal !== null)
      throw new Error(`an unexpected answer: ${result.firstRefusal.slice(0, 400)}`)
    return result
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Answers per second. */
export function ratePerSecond(result: LoadResult): number {
  return (answersOf(result) * 1000) / result.elapsedMs
}

/** Number of answers of any status. */
export function answersOf({ statuses }: LoadResult): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0)
}
