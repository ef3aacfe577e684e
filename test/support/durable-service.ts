import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openStoredDecisions } from '../../packages/server/src/store/index.ts'
import { newOrder, post, type Shop, Shopper, verify } from '../service-shopper.ts'

export const ATALAYA = fileURLToPath(new URL('../../packages/server/bin/atalaya.mjs', import.meta.url))
const ORIGIN = 'https://shop.example'
/** Tokens name it instead of the port, which is another after every restart. */
export const AUDIENCE = 'https://atalaya.example'

/** A payment whose decision was answered, and what was acknowledged of it afterwards. */
export interface Acknowledged {
  readonly id: string
  readonly order: ReturnType<typeof newOrder>
  readonly token: string
  readonly told: ('declined' | 'fraud')[]
}

export interface Running {
  readonly child: ChildProcess
  readonly url: string
  /** What it printed until it listened. */
  readonly output: string
  /** Ends it at once, if it has not ended, and waits until it has. */
  kill(): Promise<void>
}

/**
 * Starts the built service and waits until it says where it listens.
 *
 * @param prefix a command that the service is started by
 * @throws Error with what it said when it ends before
 */
export async function startDurable(dataDir: string, prefix: readonly string[] = []): Promise<Running> {
  const [command = process.execPath, ...args] = [...prefix, process.execPath, ATALAYA, 'serve']
  const child = spawn(command, args, {
    env: {
      ...process.env,
      ...{ PORT: '0', ATALAYA_DATA_DIR: dataDir, ATALAYA_WEBHOOK_NETWORKS: 'any' },
      ...{ ATALAYA_SITE_ORIGINS: ORIGIN, ATALAYA_PUBLIC_ORIGINS: AUDIENCE },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    child.kill('SIGKILL')
    await ended
  }
  let output = ''
  child.stderr.on('data', chunk => {
    output += String(chunk)
  })
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`
    const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (port !== undefined) return { child, url: `http://127.0.0.1:${port}`, output, kill }
  }
  throw new Error(`the service ended without listening: ${output}`)
}

/** The shop's keys, which the first start prints. */
export function shopOf({ url, output }: Running): Shop {
  const key = (pattern: RegExp) => pattern.exec(output)?.[0] ?? ''
  return { url, origin: ORIGIN, siteKey: key(/pk_[\w-]+/), secretKey: key(/sk_[\w-]+/) }
}

/** Buys without pause until the service is gone; what was answered with a decision is acknowledged. */
export async function buyUntilKilled(shop: Shop, acknowledged: Acknowledged[]): Promise<void> {
  try {
    const shopper = await Shopper.visit(shop)
    for (;;) await buyAndTell(shop, shopper, acknowledged)
  } catch (error) {
    // The killed service's connections break; anything else is a failure.
    if (!(error instanceof TypeError)) throw error
  }
}

/** One order with its decline and its label. @throws Error when something is not answered with 200 */
export async function buyAndTell(shop: Shop, shopper: Shopper, acknowledged: Acknowledged[]): Promise<void> {
  const order = newOrder()
  const token = await shopper.token(order, { aud: AUDIENCE })
  const { status, body } = await verify(shop, token, order)
  if (status !== 200) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`)
  if (body.token.status !== 'ok') throw new Error(`a fresh token is ${body.token.status}`)
  const told: Acknowledged['told'] = []
  acknowledged.push({ id: body.id, order, token, told })
  await tell(shop, 'events', { decisionId: body.id, type: 'declined' })
  told.push('declined')
  await tell(shop, 'labels', { orderId: order.id, fraud: true, source: 'chargeback' })
  told.push('fraud')
}

async function tell(shop: Shop, path: string, body: unknown): Promise<void> {
  const { status } = await post(`${shop.url}/v1/${path}`, body, { authorization: `Bearer ${shop.secretKey}` })
  if (status !== 200) throw new Error(`${path} answered with ${status}`)
}

/** How what was acknowledged lies in the store. */
export interface Ledger {
  /** Acknowledged decisions that are not stored. */
  readonly lost: number
  /** Orders with more than one decision for a good token. */
  readonly doubled: number
  /** Acknowledged events and labels that are not stored exactly once. */
  readonly untold: number
}

/** Reads the store beside the service. One that was stored may have been cut off from its answer. */
export function compareWithStore(dataDir: string, acknowledged: readonly Acknowledged[]): Ledger {
  const reader = openStoredDecisions(dataDir)
  try {
    const stored = reader.list({ limit: Number.MAX_SAFE_INTEGER })
    const good = new Map<string, string[]>()
    for (const { id, orderId, tokenStatus } of stored) {
      if (tokenStatus === 'ok') good.set(orderId, [...(good.get(orderId) ?? []), id])
    }
    const site = stored[0]?.siteId ?? ''
    let untold = 0
    for (const { order, told } of acknowledged) {
      const { events, labels } = reader.followUps(site, order.id)
      const kept = [...events.map(({ type }) => type), ...labels.map(() => 'fraud')]
      if (kept.length > 2) untold += 1
      untold += told.filter(one => kept.filter(other => other === one).length !== 1).length
    }
    return {
      lost: acknowledged.filter(({ id, order }) => !good.get(order.id)?.includes(id)).length,
      doubled: [...good.values()].filter(ids => ids.length > 1).length,
      untold,
    }
  } finally {
    reader.close()
  }
}

/** Shows tokens a second time; each must be told to have been used. @returns how many were taken again */
export async function countReused(shop: Shop, acknowledged: readonly Acknowledged[]): Promise<number> {
  let reused = 0
  for (const { order, token } of acknowledged) {
    const { status } = (await verify(shop, token, order)).body.token
    // A token of another round may be past its nonce's ten minutes: then it counts no more either.
    if (status !== 'replayed' && status !== 'expired') reused += 1
  }
  return reused
}
