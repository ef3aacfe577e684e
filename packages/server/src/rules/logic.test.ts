import { Environment, EvaluationError } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileLogic } from './logic.ts'

const environment = new Environment({ unlistedVariablesAreDyn: false }).registerVariable({
  name: 'x',
  schema: { a: 'double', b: 'double', c: 'bool' },
})

const expressions = fc.letrec<{ any: string }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('x.a > 1.0', 'x.b <= 2.0', 'x.c', 'has(x.a)', 'x.a + x.b > 3.0', 'x.a in [1.0, 2.0]'),
    fc.tuple(tie('any'), tie('any')).map(([l, r]) => `(${l}) && (${r})`),
    fc.tuple(tie('any'), tie('any')).map(([l, r]) => `(${l}) || (${r})`),
    tie('any').map(inner => `!(${inner})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([c, l, r]) => `(${c}) ? (${l}) : (${r})`),
  ),
})).any
const values = fc.record(
  { a: fc.integer({ min: 0, max: 3 }), b: fc.integer({ min: 0, max: 3 }), c: fc.boolean() },
  { requiredKeys: [] },
)

it('the logic of missing values is that of CEL, whose errors stand for them', () => {
  fc.assert(
    fc.property(expressions, values, (text, x) => {
      const parsed = environment.parse(text)
      const byCel = () => {
        try {
          return parsed({ x })
        } catch (error) {
          if (error instanceof EvaluationError) return undefined
          throw error
        }
      }
      const present = new Set(Object.keys(x).map(name => `x.${name}`))
      expect(compileLogic(parsed.ast, environment)({ values: { x }, present })).toBe(byCel())
    }),
    { numRuns: 1000 },
  )
})
