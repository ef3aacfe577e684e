import { execFile, execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStoredDecisions } from '../packages/server/src/store/index.ts'
import { newOrder, type Shop, Shopper, verify } from './service-shopper.ts'
import {
  type Acknowledged,
  ATALAYA,
  AUDIENCE,
  buyAndTell,
  compareWithStore,
  type Running,
  shopOf,
  startDurable,
} from './support/durable-service.ts'

const WHOLE = { lost: 0, doubled: 0, untold: 0 }

let root: string
let dataDir: string
let service: Running | undefined
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atalaya-faults-'))
  dataDir = join(root, 'data')
  mkdirSync(dataDir)
})
afterEach(async () => {
  await service?.kill()
  service = undefined
  rmSync(root, { recursive: true, force: true })
})

const path = (name = 'atalaya.sqlite') => join(dataDir, name)

/** Runs the command line. */
async function atalaya(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [ATALAYA, ...args])
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}
const check = (folder = dataDir) => atalaya('store', 'check', '--data', folder)

/** Starts the service and lets some orders be decided and told of. */
async function serveSome(count = 20) {
  service = await startDurable(dataDir)
  const shop = shopOf(service)
  const shopper = await Shopper.visit(shop)
  const acknowledged: Acknowledged[] = []
  for (let i = 0; i < count; i++) await buyAndTell(shop, shopper, acknowledged)
  return { service, shop, shopper, acknowledged }
}

async function again(shop: Shop): Promise<Shop> {
  await service?.kill()
  service = await startDurable(dataDir)
  return { ...shop, url: service.url }
}

const readiness = async ({ url }: Shop) => (await fetch(`${url}/readyz`)).status
async function untilReady(shop: Shop): Promise<void> {
  while ((await readiness(shop)) !== 200) await delay(100)
}

/** Frames of the log that belong to it; what lies behind them is of an earlier one. See sqlite.org/fileformat2.html. */
function logFrames(): { readonly first: number; readonly bytes: number; readonly count: number } {
  const log = readFileSync(path('atalaya.sqlite-wal'))
  const bytes = 24 + log.readUInt32BE(8)
  let count = 0
  for (let at = 32; at + bytes <= log.length; at += bytes) {
    if (!log.subarray(at + 8, at + 16).equals(log.subarray(16, 24))) break
    count += 1
  }
  return { first: 32, bytes, count }
}

describe('the log of the store', () => {
  test('torn in what was not acknowledged costs nothing', async () => {
    const { shop, acknowledged } = await serveSome()
    await service?.kill()
    const { first, bytes, count } = logFrames()
    truncateSync(path('atalaya.sqlite-wal'), first + count * bytes)
    appendFileSync(path('atalaya.sqlite-wal'), Buffer.alloc(1_000, 7))
    await again(shop)
    expect(compareWithStore(dataDir, acknowledged)).toEqual(WHOLE)
    expect(await check()).toMatchObject({ code: 0 })
  })

  test.each([
    [
      'garbled',
      () => {
        const { first, bytes, count } = logFrames()
        const log = readFileSync(path('atalaya.sqlite-wal'))
        log.fill(
          0x55,
          first + Math.floor(count / 2) * bytes + 100,
          first + Math.floor(count / 2) * bytes + 140,
        )
        writeFileSync(path('atalaya.sqlite-wal'), log)
      },
    ],
    ['cut off', () => truncateSync(path('atalaya.sqlite-wal'), 32 + 3 * logFrames().bytes)],
    ['deleted', () => rmSync(path('atalaya.sqlite-wal'))],
  ])(
    '%s in what was acknowledged is refused and left as it is, until the loss is accepted',
    async (_what, damage) => {
      const { shop, acknowledged } = await serveSome()
      await service?.kill()
      const kept = readFileSync(path('atalaya.sqlite-wal'))
      damage()
      await expect(startDurable(dataDir)).rejects.toThrow(/holds less than was acknowledged.*accept-loss/)
      const found = await check()
      expect(found.code).toBe(1)
      expect(found.output).toMatch(/DAMAGE {2}atalaya\.sqlite: it holds less than was acknowledged/)
      // The way back without loss: the log as it was.
      writeFileSync(path('atalaya.sqlite-wal'), kept)
      expect((await check()).code).toBe(0)
      // And the one with it.
      damage()
      const accepted = await atalaya('store', 'accept-loss', '--data', dataDir)
      expect(accepted).toMatchObject({ code: 0, output: expect.stringMatching(/Written down/) })
      const shopAgain = await again(shop)
      const last = acknowledged.at(-1)
      if (!last) throw new Error('nothing was acknowledged')
      expect((await verify(shopAgain, last.token, last.order)).body.token.status).toBe('nonce_missing')
      expect((await check()).code).toBe(0)
      expect((await atalaya('audit', '--data', dataDir)).output).toMatch(/store\.loss_accepted/)
    },
  )
})

describe('the file of the store', () => {
  test('cut off is refused, and a backup made while it ran brings it back', async () => {
    const { shop, shopper, acknowledged } = await serveSome()
    const backup = join(root, 'backup')
    expect(await atalaya('store', 'backup', '--data', dataDir, '--out', backup)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/20 decisions up to place 60/),
    })
    const later: Acknowledged[] = []
    await buyAndTell(shop, shopper, later)
    service?.child.kill('SIGTERM')
    while (service?.child.exitCode === null) await delay(50)
    truncateSync(path(), statSync(path()).size / 2)
    await expect(startDurable(dataDir)).rejects.toThrow(/is damaged.*backup/)
    expect((await check()).code).toBe(1)

    expect((await atalaya('store', 'restore', '--from', backup, '--data', dataDir)).output).toMatch(
      /not empty/,
    )
    dataDir = join(root, 'restored')
    expect(await atalaya('store', 'restore', '--from', backup, '--data', dataDir)).toMatchObject({ code: 0 })
    const shopAgain = await again(shop)
    expect(compareWithStore(dataDir, acknowledged)).toEqual(WHOLE)
    // Used after the backup: the store does not know it any more, and it counts for nothing all the same.
    const [lost] = later
    if (!lost) throw new Error('nothing was acknowledged')
    expect((await verify(shopAgain, lost.token, lost.order)).body.token.status).toBe('nonce_missing')
    const fresh: Acknowledged[] = []
    await buyAndTell(shopAgain, await Shopper.visit(shopAgain), fresh)
    expect(compareWithStore(dataDir, fresh)).toEqual(WHOLE)
    expect((await check()).code).toBe(0)
  })

  test('with bytes overwritten in a page of decisions is found, and what is damaged is not answered', async () => {
    const { shop, acknowledged } = await serveSome()
    service?.child.kill('SIGTERM')
    while (service?.child.exitCode === null) await delay(50)
    const [victim] = acknowledged
    if (!victim) throw new Error('nothing was acknowledged')
    const file = readFileSync(path())
    const text = `"event":{"id":"${victim.order.id}"`
    for (let at = file.indexOf(text); at >= 0; at = file.indexOf(text)) file.fill(0xff, at, at + 4)
    writeFileSync(path(), file)
    const found = await check()
    expect(found.code).toBe(1)
    expect(found.output).toContain(`decisions ${victim.id}`)
    const { url, secretKey } = await again(shop)
    const read = (id: string) =>
      fetch(`${url}/v1/decisions/${id}`, { headers: { authorization: `Bearer ${secretKey}` } })
    expect((await read(victim.id)).status).toBeGreaterThanOrEqual(500)
    expect((await read(acknowledged.at(-1)?.id ?? '')).status).toBe(200)
  })
})

/** A disk that stops to take writes while the service runs, and takes them again. */
interface BadDisk {
  readonly name: string
  readonly works: boolean
  /** Before the service starts. */
  prepare(): void
  stop(pid: number): void
  mend(pid: number): void
  end(): void
}

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' })
const can = (command: string, ...args: string[]) => spawnSync(command, args).status === 0
const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0

function mountWorks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-mount-'))
  const works = isLinux && isRoot && can('mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', folder)
  if (works) run('umount', folder)
  rmSync(folder, { recursive: true })
  return works
}

function immutableWorks(): boolean {
  const file = join(mkdtempSync(join(tmpdir(), 'atalaya-immutable-')), 'file')
  writeFileSync(file, '')
  const works = isLinux && isRoot && can('chattr', '+i', file) && can('chattr', '-i', file)
  rmSync(join(file, '..'), { recursive: true })
  return works
}

const filler = () => path('filler')
const disks: BadDisk[] = [
  {
    // Needs no rights: the process may write no file beyond its first byte.
    ...{ name: 'without room for the process', works: isLinux && can('prlimit', '--version') },
    prepare: () => undefined,
    stop: pid => run('prlimit', `--pid=${pid}`, '--fsize=1:'),
    mend: pid => run('prlimit', `--pid=${pid}`, '--fsize=unlimited:'),
    end: () => undefined,
  },
  {
    ...{ name: 'that is full', works: mountWorks() },
    prepare: () => run('mount', '-t', 'tmpfs', '-o', 'size=16m', 'none', dataDir),
    stop: () => spawnSync('dd', ['if=/dev/zero', `of=${filler()}`, 'bs=4096']),
    mend: () => rmSync(filler()),
    end: () => run('umount', '-l', dataDir),
  },
  {
    ...{ name: 'that became read-only', works: immutableWorks() },
    prepare: () => undefined,
    stop: () => run('chattr', '+i', path(), path('atalaya.sqlite-wal')),
    mend: () => run('chattr', '-i', path(), path('atalaya.sqlite-wal')),
    end: () => can('chattr', '-i', path(), path('atalaya.sqlite-wal')),
  },
]

// The first needs no rights and runs on every Linux; the others show the same where root may mount or lock a file.
describe.each(disks)('on a disk $name', ({ works, prepare, stop, mend, end }) => {
  afterEach(async () => {
    await service?.kill()
    if (works) end()
  })

  test.runIf(works)(
    'nothing is acknowledged, readiness turns, and all goes on when it takes writes again',
    async () => {
      prepare()
      const { service: running, shop, shopper, acknowledged } = await serveSome(5)
      const pid = running.child.pid ?? 0
      stop(pid)
      const refused = newOrder()
      const token = await shopper.token(refused, { aud: AUDIENCE })
      // A full disk may still have room in the log for some.
      let answer = await verify(shop, token, refused)
      for (let more = 0; answer.status === 200 && more < 10_000; more++) {
        const order = newOrder()
        const next = await shopper.token(order, { aud: AUDIENCE })
        answer = await verify(shop, next, order)
        if (answer.status === 200) acknowledged.push({ id: answer.body.id, order, token: next, told: [] })
      }
      expect(answer).toMatchObject({ status: 503, body: { code: 'store_unavailable' } })
      expect(await readiness(shop)).toBe(503)
      for (let i = 0; i < 5; i++) expect((await verify(shop, token, newOrder())).status).toBe(503)
      expect(compareWithStore(dataDir, acknowledged)).toEqual(WHOLE)

      mend(pid)
      await untilReady(shop)
      const order = newOrder()
      const after = await verify(shop, await shopper.token(order, { aud: AUDIENCE }), order)
      expect(after.status).toBe(200)
      expect(compareWithStore(dataDir, [{ ...after.body, order, told: [] }])).toEqual(WHOLE)
      // The history holds what was stored and nothing that was refused: a restart sees the same past.
      const seen = pastOf((await verify(shop, null, newOrder())).body.id)
      const shopAgain = await again(shop)
      const seenAgain = pastOf((await verify(shopAgain, null, newOrder())).body.id)
      expect(seenAgain).toBe(seen + 1)
      expect(compareWithStore(dataDir, acknowledged)).toEqual(WHOLE)
      expect((await check()).code).toBe(0)
    },
  )
})

/** How many payments of the account were known when this was decided. */
function pastOf(id: string): number {
  const reader = openStoredDecisions(dataDir)
  try {
    const past = reader.get(id)?.envelope.history.account?.lifetimeCount
    if (past === undefined) throw new Error(`${id} has no account`)
    return past
  } finally {
    reader.close()
  }
}

test.runIf(isLinux)(
  'a data folder that may not be written is refused at start, and can be checked',
  async () => {
    await serveSome(3)
    service?.child.kill('SIGTERM')
    while (service?.child.exitCode === null) await delay(50)
    for (const name of ['atalaya.sqlite-wal', 'atalaya.sqlite-shm', 'audit.sqlite-wal', 'audit.sqlite-shm'])
      rmSync(path(name), { force: true })
    chmodSync(dataDir, 0o500)
    // Root may write everything; without this right it is held to the modes like everybody.
    const held = isRoot ? ['setpriv', '--bounding-set=-dac_override'] : []
    await expect(startDurable(dataDir, held)).rejects.toThrow(/cannot be written/)
    const [command = process.execPath, ...args] = [...held, process.execPath, ATALAYA, 'store', 'check']
    const found = await promisify(execFile)(command, [...args, '--data', dataDir])
    expect(found.stdout).toMatch(/No damage/)
    chmodSync(dataDir, 0o700)
  },
)
