import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChallengeResponse, PreScoreModel } from '@atalaya/client/contract'
import { NotMeasurable } from '../context.ts'
import { perRequest } from './cpu.ts'
import type { LoadOptions, LoadResult } from './generator.ts'
import { answersOf, runLoad, type ServerProcess, startServer } from './processes.ts'
import { type BenchSite, createSite, RequestPool } from './requests.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const atalaya = join(root, 'packages/server/bin/atalaya.mjs')
const echo = join(root, 'bench/load/echo.ts')

/** As many requests under way as a shop's servers may have at a busy moment. */
export const CONNECTIONS = 32
/** The load generator has a core of its own on a machine of two. */
const generatorCore = '1'

/** What one load was like: what came back, and the CPU time of an answer. */
export interface Load extends LoadResult {
  readonly cpuUs: ReturnType<typeof perRequest>
}

/** The service and the echo that it is held against, each as a process of its own. */
export interface VerifySetup {
  readonly pool: RequestPool
  /** Sends bodies to `POST /v1/verify`, each once. @throws when an answer lacks its token or its model */
  verify(bodies: readonly string[], how?: LoadShape): Promise<Load>
  /** Sends the same to the bare Express echo. */
  echo(bodies: readonly string[], how?: LoadShape): Promise<Load>
  /** Number of decisions so far by outcome. */
  outcomes(): Promise<Readonly<Record<string, number>>>
}
export type LoadShape = Pick<LoadOptions, 'ratePerSecond' | 'mayShed'>

/**
 * Runs work on a service with an empty data folder and on the echo.
 *
 * @param cores for both, as `taskset -c` takes them
 */
export async function withServiceAndEcho<T>(
  cores: string,
  work: (setup: VerifySetup) => Promise<T>,
): Promise<T> {
  if (!existsSync(join(root, 'packages/server/dist/cli/main.js')))
    throw new NotMeasurable('the service is not built')
  if (!existsSync(join(root, 'packages/server/models')))
    throw new NotMeasurable('no model is bundled: packages/server/models')
  // Under the project, since a temporary folder may be in memory, where a commit costs nothing.
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const dataFolder = mkdtempSync(join(cache, 'bench-'))
  const servers: ServerProcess[] = []
  const start = async (args: readonly string[]) => {
    const env = { ATALAYA_DATA_DIR: dataFolder, PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production' }
    const server = await startServer(cores, args, env)
    servers.push(server)
    return server
  }
  try {
    const site = createSite(dataFolder)
    const service = await start([atalaya, 'serve'])
    const baseline = await start([echo])
    const origin = `http://127.0.0.1:${service.port}`
    // Nothing counts that was answered without its token or its model.
    const judged = ['"status":"ok"', '"degraded":[]']
    return await work({
      pool: new RequestPool(site, origin, await prescoreModel(origin, site)),
      verify: (bodies, how) => load(service, { path: '/v1/verify', expect: judged, ...how }, bodies, site),
      echo: (bodies, how) => load(baseline, { path: '/echo', expect: [], ...how }, bodies, site),
      outcomes: () => outcomesOf(origin),
    })
  } finally {
    await Promise.all(servers.map(server => server.stop()))
    rmSync(dataFolder, { recursive: true })
  }
}

async function load(
  server: ServerProcess,
  what: Pick<LoadOptions, 'path' | 'expect'> & LoadShape,
  bodies: readonly string[],
  { secretKey }: BenchSite,
): Promise<Load> {
  const headers = { authorization: `Bearer ${secretKey}` }
  const before = server.cpuTimes()
  const options = { port: server.port, headers, connections: CONNECTIONS, durationMs: 120_000, ...what }
  const result = await runLoad(generatorCore, options, bodies)
  return { ...result, cpuUs: perRequest(before, server.cpuTimes(), answersOf(result)) }
}

/** The pre-score model that the service has in force, fetched as the SDK does. */
async function prescoreModel(origin: string, site: BenchSite): Promise<PreScoreModel | null> {
  const answer = await fetch(`${origin}/v1/challenge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://shop.example' },
    body: JSON.stringify({ siteKey: site.publishableKey }),
  })
  if (!answer.ok) throw new Error(`POST /v1/challenge answered ${answer.status}: ${await answer.text()}`)
  const challenge = (await answer.json()) as ChallengeResponse
  const id = challenge.config.prescoreModelId
  if (id === null) return null
  return (await (await fetch(`${origin}/sdk/prescore/${id}.json`)).json()) as PreScoreModel
}

async function outcomesOf(origin: string): Promise<Readonly<Record<string, number>>> {
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  const lines = metrics.matchAll(/^atalaya_decisions_total\{outcome="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]))
}
