/** Points and weights of a numeric integral over [0, 1]. */
export interface Quadrature {
  readonly points: Float64Array
  readonly weights: Float64Array
}

/**
 * Gauss-Legendre quadrature on [0, 1]: exact for polynomials up to degree `2 * count - 1`. The points are the roots
 * of the Legendre polynomial, found by Newton's method from Tricomi's estimate.
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5))
    let derivative = 1
    for (let step = 0; step < 20; step++) {
      const [value, slope] = legendre(count, x)
      derivative = slope
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-16) break
    }
    points[index] = (1 - x) / 2
    weights[index] = 1 / ((1 - x * x) * derivative * derivative)
  }
  return { points, weights }
}

/** Value and derivative of the Legendre polynomial, by its three-term recurrence. */
function legendre(degree: number, x: number): [value: number, derivative: number] {
  let previous = 1
  let value = x
  for (let n = 2; n <= degree; n++) {
    const next = ((2 * n - 1) * x * value - (n - 1) * previous) / n
    previous = value
    value = next
  }
  return [value, (degree * (previous - x * value)) / (1 - x * x)]
}
