import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isIP } from 'node:net'
import { type CountryResponse, Reader } from 'maxmind'
import { AtalayaError } from '../base/errors.ts'
import type { IpFacts } from '../events/payment-event.ts'
import { floorIndex, parseIpv4Table, parseIpv6Table, type RangeTable, upperBits } from './asn-table.ts'
import { HOSTING_ASNS } from './hosting.ts'

/** What is known offline about addresses. */
export interface IpData {
  /** Facts of an address in text form, IPv4, IPv6 or IPv4 in IPv6; nulls for what is private, unknown or no address. */
  lookup(ip: string): IpFacts
}

const UNKNOWN: IpFacts = { country: null, asn: null, hosting: null }

/**
 * Opens the offline IP data: country by `@ip-location-db/geo-whois-asn-country-mmdb`, autonomous system by
 * `@ip-location-db/asn`, hosting flag by {@link HOSTING_ASNS}. Nothing is fetched.
 *
 * @throws {AtalayaError} `ip_data` when a data package is missing or cannot be read
 */
export async function openIpData(): Promise<IpData> {
  const require = createRequire(import.meta.url)
  try {
    const v6Path = require.resolve('@ip-location-db/asn/asn-ipv6.csv')
    const [countries, v4Bytes] = await Promise.all([
      readFile(require.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb')),
      readFile(require.resolve('@ip-location-db/asn/asn-ipv4-num.csv')),
    ])
    const v4 = parseIpv4Table(v4Bytes)
    // Half of the start-up time would go into IPv6; a service that never sees one need not pay for it.
    let v6: RangeTable<BigUint64Array> | undefined
    const reader = new Reader<CountryResponse & { readonly country_code?: string }>(countries)
    const asnOf = (ip: string): number | null => {
      if (isIP(ip) === 4) {
        const value = ipv4Number(ip)
        const row = floorIndex(v4.starts, value)
        return row >= 0 && value <= (v4.ends[row] ?? -1) ? (v4.asns[row] ?? null) : null
      }
      v6 ??= parseIpv6Table(readFileSync(v6Path))
      const text = Buffer.from(ip, 'latin1')
      const value = upperBits(text, 0, text.length)
      const row = floorIndex(v6.starts, value)
      return row >= 0 && value <= (v6.ends[row] ?? -1n) ? (v6.asns[row] ?? null) : null
    }
    return {
      lookup(given) {
        const ip = given.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
        if (isIP(ip) === 0 || isPrivate(ip)) return UNKNOWN
        const asn = asnOf(ip)
        const country = reader.get(ip)?.country_code ?? null
        return { country, asn, hosting: asn === null ? null : HOSTING_ASNS.has(asn) }
      },
    }
  } catch (cause) {
    throw new AtalayaError(
      'ip_data',
      `the IP data cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Run npm install again',
      { cause },
    )
  }
}

const ipv4Number = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Loopback, link-local, private, shared (CGNAT), benchmark and multicast addresses (RFC 6890). */
function isPrivate(ip: string): boolean {
  if (ip.includes(':')) return /^(::1?$|f[cdef]|64:ff9b:1:|100::|2001:db8:)/i.test(ip)
  const [a = 0, b = 0] = ip.split('.').map(Number)
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 198 && (b === 18 || b === 19))
  )
}
