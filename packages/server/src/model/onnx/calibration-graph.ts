import type { Calibration, IsotonicCalibration, PlattCalibration } from '../calibration.ts'
import { ATTRIBUTE, ELEMENT, type OnnxNode, type OnnxTensor } from './proto.ts'
import { type Leaf, regressor, type Split, type TreeNodes } from './tree-regressor.ts'

/** Graph nodes and the constants they read. */
export interface GraphPart {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
}

/** The calibration as ONNX operators from the tensor `margin` to the tensor `probability`. */
export function calibrationGraph(calibration: Calibration, margin: string, probability: string): GraphPart {
  return calibration.kind === 'platt'
    ? plattGraph(calibration, margin, probability)
    : isotonicGraph(calibration, margin, probability)
}

function plattGraph({ slope, intercept }: PlattCalibration, margin: string, probability: string): GraphPart {
  return {
    nodes: [
      { opType: 'Mul', input: [margin, 'slope'], output: ['scaled'] },
      { opType: 'Add', input: ['scaled', 'intercept'], output: ['calibrated'] },
      { opType: 'Sigmoid', input: ['calibrated'], output: [probability] },
    ],
    initializers: [scalar('slope', slope), scalar('intercept', intercept)],
  }
}

/**
 * Linear interpolation: a search tree over the knots answers with the segment (its left end, its width, the
 * probability at its left end and the rise to its right end), then probability = start + rise * (margin - left) /
 * width, kept within [0, 1]. Width and rise rather than a slope: between knots that nearly touch a slope overflows.
 */
function isotonicGraph(calibration: IsotonicCalibration, margin: string, probability: string): GraphPart {
  const parts = ['left', 'width', 'start', 'rise']
  return {
    nodes: [
      regressor(margin, 'segment', parts.length, [segmentTree(calibration)]),
      { opType: 'Split', input: ['segment', 'parts'], output: parts, attribute: [AXIS_1] },
      { opType: 'Sub', input: [margin, 'left'], output: ['distance'] },
      { opType: 'Div', input: ['distance', 'width'], output: ['fraction'] },
      { opType: 'Mul', input: ['fraction', 'rise'], output: ['gained'] },
      { opType: 'Add', input: ['start', 'gained'], output: ['interpolated'] },
      { opType: 'Clip', input: ['interpolated', 'zero', 'one'], output: [probability] },
    ],
    initializers: [
      { name: 'parts', dataType: ELEMENT.int64, dims: [parts.length], int64Data: parts.map(() => 1) },
      scalar('zero', 0),
      scalar('one', 1),
    ],
  }
}

const AXIS_1 = { name: 'axis', type: ATTRIBUTE.int, i: 1 } as const

/** A constant of one number. */
export function scalar(name: string, value: number): OnnxTensor {
  return { name, dataType: ELEMENT.float, dims: [], floatData: [value] }
}

/** A balanced search tree: leaf `i` is the segment that begins at knot `i - 1`, leaf 0 lies before the first knot. */
function segmentTree({ margins, probabilities }: IsotonicCalibration): TreeNodes {
  const nodes: (Split | Leaf)[] = []
  const place = (first: number, last: number): number => {
    const at = nodes.length
    if (first === last) {
      nodes.push({ weights: segment(first - 1) })
      return at
    }
    const knot = (first + last) >> 1
    nodes.push({ weights: [] })
    const left = place(first, knot)
    const right = place(knot + 1, last)
    nodes[at] = { column: 0, threshold: margins[knot] as number, left, right, isMissingLeft: true }
    return at
  }
  const segment = (knot: number): number[] => {
    const x = margins[Math.max(knot, 0)] as number
    const y = probabilities[Math.max(knot, 0)] as number
    const nextX = margins[knot + 1]
    const nextY = probabilities[knot + 1]
    if (knot < 0 || nextX === undefined || nextY === undefined) return [x, 1, y, 0]
    return [x, nextX - x, y, nextY - y]
  }
  place(0, margins.length)
  return nodes
}
