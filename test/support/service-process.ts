import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const BINARY = fileURLToPath(new URL('../../packages/server/bin/atalaya.mjs', import.meta.url))

/** A verification service in a process of its own, as `atalaya serve` runs it. */
export interface ServiceProcess {
  readonly child: ChildProcess
  readonly url: string
  /** What it printed until it listened: the keys of a first site. */
  readonly output: string
  /** What it has logged so far. */
  log(): string
  /** Sends a signal and waits for the end. @returns the exit code; null when the signal ended it */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the built service and waits until it says where it listens. */
export async function startServiceProcess(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [BINARY, 'serve'], {
    env: { ...process.env, PORT: '0', ATALAYA_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', chunk => {
    log += String(chunk)
  })
  let output = ''
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`
    const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (port === undefined) continue
    const url = `http://127.0.0.1:${port}`
    return { child, url, output, log: () => log, end: signal => end(child, signal) }
  }
  throw new Error(`the service ended without listening: ${output}${log}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
  return child.exitCode
}
