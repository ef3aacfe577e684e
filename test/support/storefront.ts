import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './demo-process.ts'
import { startServiceProcess } from './service-process.ts'

/** An example shop and the service that it asks, each in a process of its own, as their READMEs say. */
export interface Storefront {
  readonly origin: string
  /** The service, to end it before the shop. */
  endService(): Promise<unknown>
  stop(): Promise<void>
}

/** @param example folder under `examples`, with a `server.mjs` */
export async function startStorefront(example: string): Promise<Storefront> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-storefront-'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const service = await startServiceProcess(dataDir, {
    ATALAYA_SITE_ORIGINS: origin,
    ATALAYA_LOG_LEVEL: 'silent',
  })
  const key = (pattern: RegExp) => pattern.exec(service.output)?.[0] ?? ''
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`../../examples/${example}/server.mjs`, import.meta.url))],
    {
      env: {
        ...process.env,
        PORT: String(port),
        ATALAYA_URL: service.url,
        ATALAYA_SITE_KEY: key(/pk_[\w-]+/),
        ATALAYA_SECRET_KEY: key(/sk_[\w-]+/),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if (!line.includes(origin)) continue
    return {
      origin,
      endService: () => service.end(),
      async stop() {
        child.kill()
        await ended
        await service.end()
        rmSync(dataDir, { recursive: true, force: true })
      },
    }
  }
  throw new Error(`examples/${example} ended without listening`)
}
