import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../random.ts'
import { DEFAULT_PARAMETERS } from './parameters.ts'
import { DEFAULT_SPACE, drawParameters, gridOf, readSpace, type Space } from './space.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function read(space: unknown): Space {
  const file = join(folder, 'space.json')
  writeFileSync(file, typeof space === 'string' ? space : JSON.stringify(space))
  return readSpace(file)
}

describe('a drawn setting', () => {
  it('lies in its space, whole where it must be, and is the base elsewhere', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const drawn = drawParameters(DEFAULT_SPACE, DEFAULT_PARAMETERS, seededRandom(seed))
        expect([3, 4, 5, 6, 8]).toContain(drawn.maxDepth)
        expect(drawn.eta).toBeGreaterThanOrEqual(0.03)
        expect(drawn.eta).toBeLessThanOrEqual(0.2)
        expect(drawn.gamma).toBe(DEFAULT_PARAMETERS.gamma)
        const deep = drawParameters({ maxDepth: { from: 2, to: 9 } }, DEFAULT_PARAMETERS, seededRandom(seed))
        expect(Number.isInteger(deep.maxDepth)).toBe(true)
      }),
    )
  })

  it('does not depend on the order of the file', () => {
    const reversed = Object.fromEntries(Object.entries(DEFAULT_SPACE).reverse())
    const draw = (space: Space) => drawParameters(space, DEFAULT_PARAMETERS, seededRandom(1))
    expect(draw(reversed)).toEqual(draw(DEFAULT_SPACE))
  })

  it('spreads evenly over the orders of magnitude of a log scale', () => {
    const space: Space = { lambda: { from: 0.1, to: 1000, scale: 'log' } }
    const draws = Array.from(
      { length: 2000 },
      (_, seed) => drawParameters(space, DEFAULT_PARAMETERS, seededRandom(seed)).lambda,
    )
    expect(draws.filter(lambda => lambda < 1).length / 2000).toBeCloseTo(0.25, 1)
    expect(draws.filter(lambda => lambda < 100).length / 2000).toBeCloseTo(0.75, 1)
  })
})

describe('a grid', () => {
  it('takes the ends and the middle of a range, and multiplies', () => {
    const points = gridOf(
      {
        eta: { from: 0.01, to: 0.25, scale: 'log' },
        maxDepth: [3, 6],
        imbalance: [{ kind: 'none' }, { kind: 'smote', share: 0.1 }],
      },
      DEFAULT_PARAMETERS,
    )
    expect(points).toHaveLength(12)
    expect([...new Set(points.map(({ eta }) => eta))]).toEqual([0.01, 0.05, 0.25])
  })
})

describe('a space file', () => {
  it('is read when it fits', () => {
    expect(read({ eta: [0.1, 0.2] })).toEqual({ eta: [0.1, 0.2] })
  })

  it.each([
    [{ depth: [3] }, /is no search space: "depth" cannot be tuned/],
    [{ eta: [] }, /\/eta/],
    [{ maxDepth: [3.5] }, /\/maxDepth cannot be 3.5: must be integer/],
    [{ subsample: { from: 0.5, to: 1.5 } }, /\/subsample cannot be 1.5: must be <= 1/],
    [{ eta: { from: 0.2, to: 0.1 } }, /\/eta begins at 0.2 and ends before it/],
    [{ gamma: { from: 0, to: 1, scale: 'log' } }, /\/gamma has a log scale and must begin above 0/],
    [{ imbalance: [{ kind: 'smote' }] }, /\/imbalance/],
    ['eta: 0.1', /is not JSON/],
  ])('is refused when it does not: %j', (space, words) => {
    expect(() => read(space)).toThrow(words)
  })
})
