import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BINARY = fileURLToPath(new URL('../../packages/server/bin/atalaya.mjs', import.meta.url))
const START_LIMIT_MS = 60_000

/** A demo marketplace in a process of its own, as `npm start` runs it, with a data folder of its own. */
export interface DemoProcess {
  readonly url: string
  readonly dataDir: string
  readonly siteKey: string
  readonly secretKey: string
  stop(): Promise<void>
}

/** Starts the built demo without simulated traffic on a free port. */
export async function startDemoProcess(...args: string[]): Promise<DemoProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-demo-'))
  const port = await freePort()
  const child = spawn(process.execPath, [BINARY, 'demo', '--no-traffic', ...args], {
    env: { ...process.env, PORT: String(port), ATALAYA_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(String(chunk)))
  const url = `http://127.0.0.1:${port}`
  await waitUntilReady(url, child, output)
  const key: unknown = JSON.parse(readFileSync(join(dataDir, 'demo-shop.json'), 'utf8'))
  return {
    url,
    dataDir,
    siteKey: textOf(key, 'siteKey'),
    secretKey: textOf(key, 'secretKey'),
    stop: async () => {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function textOf(value: unknown, name: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (typeof text !== 'string') throw new Error(`demo-shop.json has no ${name}`)
  return text
}

async function waitUntilReady(url: string, child: ChildProcess, output: readonly string[]): Promise<void> {
  const giveUpAtMs = Date.now() + START_LIMIT_MS
  while (child.exitCode === null && Date.now() < giveUpAtMs) {
    const ready = await fetch(`${url}/readyz`).then(
      response => response.ok,
      () => false,
    )
    if (ready) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  child.kill('SIGKILL')
  throw new Error(`the demo did not start:\n${output.join('')}`)
}

/** A TCP port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
