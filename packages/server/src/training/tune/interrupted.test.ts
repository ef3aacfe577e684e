import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { smallSearch } from './testing/small-search.ts'

const SCRIPT = fileURLToPath(new URL('./testing/small-search.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const figures = (logFile: string) => {
  const { ranked, resumed } = smallSearch(logFile)
  return { resumed, ranked: ranked.map(({ seconds: _, ...rest }) => rest) }
}

/** Starts a search and ends it by a signal as soon as two of its trials are logged. */
async function breakOff(logFile: string, signal: NodeJS.Signals): Promise<void> {
  const search = spawn(process.execPath, [SCRIPT, logFile], { stdio: 'ignore' })
  const ended = once(search, 'exit')
  const trials = () =>
    existsSync(logFile) ? readFileSync(logFile, 'utf8').split('"kind":"trial"').length - 1 : 0
  while (search.exitCode === null && trials() < 2) await setTimeout(5)
  search.kill(signal)
  await ended
}

it.each(['SIGINT', 'SIGKILL'] as const)(
  'a search ended by %s goes on from its log and finds what it would have found',
  async signal => {
    const logFile = join(folder, 'broken.ndjson')
    await breakOff(logFile, signal)
    const { resumed, ranked } = figures(logFile)
    expect(resumed).toBeGreaterThanOrEqual(2)
    expect(ranked).toEqual(figures(join(folder, 'whole.ndjson')).ranked)
  },
  60_000,
)
