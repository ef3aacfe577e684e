import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChallengeResponse, PreScoreModel } from '@atalaya/client/contract'
import { type BenchContext, NotMeasurable, type RowGroup } from '../context.ts'
import { ratePerSecond, runLoad, type ServerProcess, startServer } from '../load/processes.ts'
import { type BenchSite, createSite, RequestPool } from '../load/requests.ts'
import { median } from '../median.ts'
import type { Measurement } from '../result.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const atalaya = join(root, 'packages/server/bin/atalaya.mjs')
const echo = join(root, 'bench/load/echo.ts')

/** As many requests under way as a shop's servers may have at a busy moment. */
const connections = 32
/** The load generator has a core of its own on a machine of two. */
const generatorCore = '1'

interface Setting {
  readonly serverCores: string
  /** Device keys that come back; Infinity for a new one with every request. */
  readonly keys: number
}

const settings: Readonly<Record<string, Setting>> = {
  'verify.throughput.1core': { serverCores: '0', keys: 4_000 },
  'verify.throughput.2core': { serverCores: '0,1', keys: 4_000 },
  'verify.throughput.newkeys': { serverCores: '0', keys: Number.POSITIVE_INFINITY },
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

/** Sends the same bodies to a server until all are answered. */
async function sendAll(server: ServerProcess, path: string, bodies: readonly string[], secretKey: string) {
  const headers = { authorization: `Bearer ${secretKey}` }
  // Nothing counts that was answered without its token or its model.
  const expect = path === '/echo' ? [] : ['"status":"ok"', '"degraded":[]']
  const options = {
    port: server.port,
    path,
    headers,
    connections,
    durationMs: 120_000,
    repeat: false,
    expect,
  }
  return runLoad(generatorCore, options, bodies)
}

/** Alternates rounds of the service and of the echo over the same bodies. */
async function alternate(
  setting: Setting,
  dataFolder: string,
  { quick }: BenchContext,
): Promise<Measurement> {
  const rounds = quick ? 1 : 5
  const count = quick ? 1_000 : 10_000
  const site = createSite(dataFolder)
  const servers: ServerProcess[] = []
  const start = async (args: readonly string[]) => {
    const env = { ATALAYA_DATA_DIR: dataFolder, PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production' }
    const server = await startServer(setting.serverCores, args, env)
    servers.push(server)
    return server
  }
  try {
    const service = await start([atalaya, 'serve'])
    const baseline = await start([echo])
    const origin = `http://127.0.0.1:${service.port}`
    const pool = new RequestPool(site, origin, await prescoreModel(origin, site))
    const figures: { ours: number[]; echo: number[]; p99Ms: number[] } = { ours: [], echo: [], p99Ms: [] }
    for (let round = -1; round < rounds; round++) {
      const bodies = await pool.make(round < 0 ? Math.ceil(count / 4) : count, setting.keys)
      const ours = await sendAll(service, '/v1/verify', bodies, site.secretKey)
      const theirs = await sendAll(baseline, '/echo', bodies, site.secretKey)
      // The first round warms both up.
      if (round < 0) continue
      figures.ours.push(ratePerSecond(ours))
      figures.echo.push(ratePerSecond(theirs))
      figures.p99Ms.push(ours.p99Ms)
    }
    return {
      ours: median(figures.ours),
      reference: { name: 'bare Express 5 JSON echo', value: median(figures.echo) },
      note: `${connections} connections, ${count} fresh tokens a round, ${rounds} rounds, p99 ${median(figures.p99Ms).toFixed(1)} ms`,
    }
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

/** The data lies under the project, since a temporary folder may be in memory, where a commit costs nothing. */
async function measureOne(setting: Setting, context: BenchContext): Promise<Measurement> {
  if (!existsSync(join(root, 'packages/server/dist/cli/main.js')))
    throw new NotMeasurable('the service is not built')
  if (!existsSync(join(root, 'packages/server/models')))
    throw new NotMeasurable('no model is bundled: packages/server/models')
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const dataFolder = mkdtempSync(join(cache, 'bench-'))
  try {
    return await alternate(setting, dataFolder, context)
  } finally {
    rmSync(dataFolder, { recursive: true })
  }
}

export const verifyRows: readonly RowGroup[] = Object.entries(settings).map(([id, setting]) => ({
  ids: [id],
  measure: async context => ({ [id]: await measureOne(setting, context) }),
}))
