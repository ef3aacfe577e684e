const HALF_BYTES = 32
const SEQUENCE = 0x30
const INTEGER = 0x02

/**
 * An ECDSA signature as DER (RFC 3279, section 2.2.3: a sequence of the integers r and s) from the fixed r||s of JOSE
 * (RFC 7518, section 3.4). Every pair of values is written, also those that no signature may have.
 *
 * @param fixed 64 bytes
 */
export function derSignature(fixed: Uint8Array): Buffer {
  // Two integers of a tag, a length, and 33 bytes at most.
  const der = Buffer.allocUnsafe(2 + 2 * (2 + 1 + HALF_BYTES))
  const afterR = writeInteger(der, 2, fixed, 0)
  const end = writeInteger(der, afterR, fixed, HALF_BYTES)
  der[0] = SEQUENCE
  der[1] = end - 2
  return der.subarray(0, end)
}

/** Writes the shortest form of an unsigned integer, with a zero in front when its first bit is set. @returns its end */
function writeInteger(der: Buffer, at: number, fixed: Uint8Array, from: number): number {
  let first = from
  while (first < from + HALF_BYTES - 1 && fixed[first] === 0) first++
  let next = at + 2
  if ((fixed[first] ?? 0) >= 0x80) der[next++] = 0
  for (let i = first; i < from + HALF_BYTES; i++) der[next++] = fixed[i] ?? 0
  der[at] = INTEGER
  der[at + 1] = next - at - 2
  return next
}
