import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../policy/index.ts'
import { readPolicy, reviewCapacity, writePolicy } from './policy-options.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-policy-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it.each([
  ['0.5%', { share: 0.005 }],
  ['0.005', { share: 0.005 }],
  ['40/day', { perDay: 40 }],
])('reads a review capacity of %s', (text, capacity) => {
  expect(reviewCapacity(text)).toEqual(capacity)
})

it.each(['', 'many', '-1', '140%', '2', '40/week'])('refuses a review capacity of "%s"', text => {
  expect(() => reviewCapacity(text)).toThrow(/Give a share/)
})

it('reads back the policy that it wrote', () => {
  const file = join(folder, 'policy.json')
  const costs = { ...DEFAULT_POLICY, reviewShadowPriceMinor: 120 }
  expect(writePolicy({ policyOut: file }, costs)).toHaveLength(1)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(costs)
  expect(readPolicy({ policy: file }, 'PEN')).toEqual(costs)
})

it('names a file that is not there, and one in another currency', () => {
  expect(() => readPolicy({ policy: join(folder, 'none.json') }, 'PEN')).toThrow(/does not exist/)
  const file = join(folder, 'usd.json')
  writeFileSync(file, JSON.stringify({ ...DEFAULT_POLICY, currency: 'USD' }))
  expect(() => readPolicy({ policy: file }, 'PEN')).toThrow(/is in USD and the orders are counted in PEN/)
})
