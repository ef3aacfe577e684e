import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const BINARY = fileURLToPath(new URL('../packages/server/bin/atalaya.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'atalaya-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the built command line until it ends by itself. */
function atalaya(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [BINARY, ...args], {
    env: { ...process.env, PORT: '0', ATALAYA_DATA_DIR: join(folder, 'data'), ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, stdout, lines: stderr.trim().split('\n') }
}

test.each([
  ['a port that is none', ['serve'], { PORT: 'eighty' }, /PORT is "eighty"\. It has to be a port number/],
  ['an origin that is none', ['serve'], { ATALAYA_SITE_ORIGINS: 'https://*' }, /ATALAYA_SITE_ORIGINS/],
  [
    'a data folder in a file',
    ['serve'],
    { ATALAYA_DATA_DIR: join(folder, 'file', 'data') },
    /cannot be written/,
  ],
  [
    'a model folder that is not there',
    ['serve'],
    { ATALAYA_MODEL_DIR: join(folder, 'none') },
    /the model folder .* does not exist\. Name a folder of models in ATALAYA_MODEL_DIR/,
  ],
  [
    'a model nobody trained',
    ['evaluate', 'nobody', '--history', join(folder, 'none.ndjson')],
    {},
    /there is no model version or alias "nobody"/,
  ],
  [
    "a data folder in the kernel's own tree",
    ['serve'],
    { ATALAYA_DATA_DIR: '/proc/atalaya' },
    /cannot be written/,
  ],
  [
    'a replay without a store',
    ['replay', 'dec_x'],
    { ATALAYA_DATA_DIR: join(folder, 'none') },
    /there is no store/,
  ],
])('%s ends as one line and exit code 1', (_what, args, env, message) => {
  writeFileSync(join(folder, 'file'), '')
  const { status, stdout, lines } = atalaya(args, env)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(message)
  expect([status, stdout]).toEqual([1, ''])
})

test('a port in use ends as one line, exit code 1 and nothing written', async () => {
  const other = createServer()
  const port = await new Promise<number>(resolve => {
    other.listen(0, '127.0.0.1', () => {
      const address = other.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const dataDir = join(folder, 'unwritten')
  const { status, lines } = atalaya(['serve'], { PORT: String(port), ATALAYA_DATA_DIR: dataDir })
  expect([status, lines]).toEqual([
    1,
    [`atalaya: port ${port} is in use. Stop what uses it, or choose another in PORT.`],
  ])
  expect(atalaya(['replay', 'dec_x'], { ATALAYA_DATA_DIR: dataDir }).lines[0]).toMatch(/there is no store/)
  other.close()
})
