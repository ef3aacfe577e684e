import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compilePolicy, DEFAULT_POLICY } from '../policy/index.ts'
import { keptPolicy, openPolicy } from './policy-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-policy-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const OWN = { ...DEFAULT_POLICY, marginRate: 0.2, reviewShadowPriceMinor: 340 }
const write = (policy: unknown) => writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy))

test('without a file the default policy is in force', () => {
  expect(openPolicy(folder, ['USD'])).toEqual(compilePolicy(DEFAULT_POLICY))
})

test('the shop’s own policy is in force, and those before it stay known by their version', () => {
  const before = openPolicy(folder, ['PEN'])
  write(OWN)
  const after = openPolicy(folder, ['PEN'])
  expect(after).toEqual(compilePolicy(OWN))
  rmSync(join(folder, 'policy.json'))
  expect(keptPolicy(folder, after.version)).toEqual(after)
  expect(keptPolicy(folder, before.version)).toEqual(before)
})

test.each([
  [{ ...OWN, marginRate: 2 }, /policy\.json.*marginRate/],
  [{ ...OWN, currency: 'USD' }, /policy\.json is in USD and a site in PEN/],
  [{ ...OWN, reviewCatchRate: 0 }, /milder answer/],
])('a policy that cannot be is refused', (policy, message) => {
  write(policy)
  expect(() => openPolicy(folder, ['PEN'])).toThrow(message)
})
