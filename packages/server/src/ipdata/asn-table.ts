/** Address ranges with their autonomous systems, sorted by start. */
export interface RangeTable<T extends Float64Array | BigUint64Array> {
  readonly starts: T
  readonly ends: T
  readonly asns: Uint32Array
}

const COMMA = 0x2c
const NEWLINE = 0x0a
const COLON = 0x3a

/** Parses `start,end,asn,"name"` lines with decimal IPv4 numbers; byte by byte, since 400,000 split strings take seconds. */
export function parseIpv4Table(bytes: Buffer): RangeTable<Float64Array> {
  const rows = countLines(bytes)
  const starts = new Float64Array(rows)
  const ends = new Float64Array(rows)
  const asns = new Uint32Array(rows)
  let at = 0
  const number = () => {
    let value = 0
    for (let byte = bytes[at++]; byte !== undefined && byte !== COMMA; byte = bytes[at++])
      value = value * 10 + byte - 48
    return value
  }
  for (let row = 0; row < rows; row++) {
    starts[row] = number()
    ends[row] = number()
    asns[row] = number()
    at = nextLine(bytes, at)
  }
  return { starts, ends, asns }
}

/** Parses the text form of IPv6 ranges; the upper 64 bits tell, since nobody announces less than a /64. */
export function parseIpv6Table(bytes: Buffer): RangeTable<BigUint64Array> {
  const rows = countLines(bytes)
  const starts = new BigUint64Array(rows)
  const ends = new BigUint64Array(rows)
  const asns = new Uint32Array(rows)
  let at = 0
  const prefix = () => {
    const end = bytes.indexOf(COMMA, at)
    const value = upperBits(bytes, at, end)
    at = end + 1
    return value
  }
  for (let row = 0; row < rows; row++) {
    starts[row] = prefix()
    ends[row] = prefix()
    let asn = 0
    for (let byte = bytes[at++]; byte !== undefined && byte !== COMMA; byte = bytes[at++])
      asn = asn * 10 + byte - 48
    asns[row] = asn
    at = nextLine(bytes, at)
  }
  return { starts, ends, asns }
}

/** Upper 64 bits of an IPv6 address in text, `::` understood. */
export function upperBits(bytes: Uint8Array, from: number, to: number): bigint {
  let high = 0
  let low = 0
  let groups = 0
  let group = 0
  let digits = 0
  const push = () => {
    if (groups < 2) high = high * 65_536 + group
    else if (groups < 4) low = low * 65_536 + group
    groups++
    group = 0
    digits = 0
  }
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0
    if (byte !== COLON) {
      group = group * 16 + (byte <= 57 ? byte - 48 : (byte | 32) - 87)
      digits++
    } else if (bytes[i + 1] === COLON) {
      if (digits > 0) push()
      // What follows `::` is aligned to the right; count its groups to know how many zeros stand between.
      let after = 0
      for (let j = i + 2; j < to; j++) if (bytes[j] === COLON || j === i + 2) after++
      while (groups < 8 - after) push()
      i++
    } else push()
  }
  if (digits > 0) push()
  return (BigInt(high) << 32n) | BigInt(low)
}

/** Index of the last start that is not after `value`, or -1. */
export function floorIndex<V extends number | bigint>(
  starts: { readonly length: number; readonly [index: number]: V },
  value: V,
): number {
  let low = 0
  let high = starts.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const start = starts[middle]
    if (start !== undefined && start <= value) low = middle + 1
    else high = middle - 1
  }
  return high
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE ? count + 1 : count
}

function nextLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(NEWLINE, at)
  return end === -1 ? bytes.length : end + 1
}
