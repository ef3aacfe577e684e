import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { LineageNode } from '../packages/server/src/cli/lineage/tree.ts'
import { readServiceOptions, startService } from '../packages/server/src/http/index.ts'
import { readShadowScores } from '../packages/server/src/registry/index.ts'
import { newOrder, post } from './service-shopper.ts'

const MAIN = fileURLToPath(new URL('../packages/server/src/cli/main.ts', import.meta.url))
const models = (name: string) =>
  fileURLToPath(new URL(`../packages/server/src/training/foreign/testing/models/${name}`, import.meta.url))

/** Histories are replayed several times here: half a minute alone, minutes on a busy machine. */
const PATIENCE_MS = 600_000
vi.setConfig({ testTimeout: PATIENCE_MS })

const folder = mkdtempSync(join(tmpdir(), 'atalaya-models-'))
const history = join(folder, 'world', 'history.ndjson.gz')
const registry = join(folder, 'models')
afterAll(() => rmSync(folder, { recursive: true }))

function atalaya(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

function importModel(...args: string[]): string {
  const told = atalaya(
    ...['models', 'import', '--registry', registry, '--history', history, '--maturity-days', '5'],
    ...args,
  )
  return /^model ([0-9a-f]{32}) /m.exec(told)?.[1] ?? told
}

const promote = (version: string) =>
  atalaya(
    'models',
    'promote',
    version,
    '--registry',
    registry,
    '--force',
    '--reason',
    'a test of small models',
  )

let xgboost: string
let onnx: string
beforeAll(() => {
  atalaya('simulate', '--events', '40000', '--days', '150', '--seed', '11', '--out', join(folder, 'world'))
  xgboost = importModel(
    ...['--xgboost', models('xgboost-3.2.json'), '--samples', models('xgboost-3.2.samples.json')],
  )
  onnx = importModel(
    ...['--onnx', models('scikit-learn.onnx'), '--features', models('columns.json')],
    ...['--samples', models('scikit-learn.samples.json')],
  )
}, PATIENCE_MS)

/** Has a service judge an order; it ends before this returns. */
async function judgeOne(dataDir: string, label = false): Promise<{ id: string; orderId: string }> {
  const service = await startService(
    readServiceOptions({
      ...{ PORT: '0', ATALAYA_DATA_DIR: dataDir, ATALAYA_MODEL_DIR: registry },
      ATALAYA_LOG_LEVEL: 'silent',
    }),
  )
  try {
    const headers = { authorization: `Bearer ${service.firstSite?.secretKey}` }
    const order = newOrder()
    const transaction = {
      ...order,
      account: { id: 'a-1' },
      payment: { method: 'card', cardFingerprint: 'c-1' },
    }
    const { body } = await post(`${service.url}/v1/verify`, { transaction }, headers)
    if (label)
      await post(
        `${service.url}/v1/labels`,
        { orderId: order.id, fraud: true, source: 'chargeback' },
        headers,
      )
    return { id: body.id, orderId: order.id }
  } finally {
    await service.close()
  }
}

const lineage = (name: string, dataDir: string): LineageNode =>
  JSON.parse(atalaya('lineage', name, '--json', '--data', dataDir, '--models', registry))

/** The node whose words begin so, anywhere below. */
function find(node: LineageNode, what: string): LineageNode | undefined {
  if (node.what.startsWith(what)) return node
  for (const child of node.from) {
    const found = find(child, what)
    if (found) return found
  }
  return undefined
}

test('an imported model passes from Python to a decision, and the line leads back to its label and data', async () => {
  promote(onnx)
  promote(xgboost)
  const dataDir = join(folder, 'data')
  const { id, orderId } = await judgeOne(dataDir, true)
  const tree = lineage(id, dataDir)
  expect(find(tree, 'label fraud')?.facts).toMatchObject({ source: 'chargeback' })
  expect(find(tree, `order ${orderId}`)?.facts['envelope']).toMatch(/^[0-9a-f]{32}$/)
  const model = find(tree, `model ${xgboost}`)
  expect(model && find(model, 'imported xgboost-json of XGBoost 3.2.0')).toBeDefined()
  expect(model && find(model, 'data')?.facts['sha256']).toMatch(/^[0-9a-f]{64}$/)
  expect(model && find(model, `champion before: model ${onnx}`)).toBeDefined()
  expect(lineage(xgboost, dataDir).facts).toMatchObject({ decisions: 1 })
  expect(atalaya('replay', id, '--data', dataDir, '--models', registry)).toMatch(
    /Recomputed equal to the bit/,
  )
})

test('a rollback brings back a graph of scikit-learn, which decides and replays like any other', async () => {
  promote(onnx)
  promote(xgboost)
  expect(atalaya('models', 'rollback', '--registry', registry)).toBe(`champion: ${onnx}\n`)
  const dataDir = join(folder, 'data-onnx')
  const { id } = await judgeOne(dataDir)
  expect(find(lineage(id, dataDir), `model ${onnx}`)).toBeDefined()
  expect(atalaya('replay', id, '--data', dataDir, '--models', registry)).toMatch(
    /Recomputed equal to the bit/,
  )
  expect(atalaya('models', 'log', '--registry', registry)).toMatch(/rolled champion back to /)
})

test('both are measured by evaluate, and then compare on the same orders', () => {
  for (const version of [xgboost, onnx])
    atalaya('evaluate', version, '--registry', registry, '--history', history, '--judge-from', '2026-05-01')
  expect(atalaya('models', 'compare', xgboost, onnx, '--registry', registry)).toMatch(
    /Both measured later on \d+ orders/,
  )
})

test('a challenger scores what the champion decides, and is compared beside it', async () => {
  promote(xgboost)
  atalaya(
    ...['models', 'promote', onnx, '--alias', 'challenger', '--registry', registry],
    ...['--force', '--reason', 'a test of small models'],
  )
  const dataDir = join(folder, 'data-shadow')
  const { id } = await judgeOne(dataDir, true)
  expect(readShadowScores(dataDir)).toMatchObject([
    { decisionId: id, champion: xgboost, challenger: onnx, score: expect.any(Number) },
  ])
  expect(atalaya('models', 'shadow', '--data', dataDir)).toMatch(
    /1 decisions scored by the challenger, 1 by both\n.*median.*\n.*1 labels, 1 frauds/,
  )
})
