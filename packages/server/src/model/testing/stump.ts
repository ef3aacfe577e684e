import type { TreeEnsemble } from '../trees.ts'

/** A model of one split for tests: margin -0.5 where `count` is below 2.5 or missing, 0.25 otherwise. */
export const STUMP: TreeEnsemble = {
  columns: ['amount', 'count'],
  baseMargin: 0,
  offsets: Int32Array.of(0, 3),
  feature: Int32Array.of(1, -1, -1),
  value: Float32Array.of(2.5, -0.5, 0.25),
  right: Int32Array.of(2, -1, -1),
  defaultLeft: Uint8Array.of(1, 0, 0),
  cover: Float32Array.of(10, 6, 4),
}
