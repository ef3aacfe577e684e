import { expect, it } from 'vitest'
import { gaussLegendre } from './quadrature.ts'

it('integrates every monomial up to degree 2n - 1 exactly', () => {
  for (let count = 1; count <= 12; count++) {
    const { points, weights } = gaussLegendre(count)
    for (let degree = 0; degree < 2 * count; degree++) {
      const integral = points.reduce((sum, point, index) => sum + (weights[index] ?? 0) * point ** degree, 0)
      expect(integral).toBeCloseTo(1 / (degree + 1), 13)
    }
  }
})
