/**
 * Reads of typed arrays at indices known to be inside. One function per array type keeps each call site
 * monomorphic, which these loops need.
 */
export function u32(words: Uint32Array, index: number): number {
  return words[index] ?? 0
}

export function f64(values: Float64Array, index: number): number {
  return values[index] ?? 0
}
