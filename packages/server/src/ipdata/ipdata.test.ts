import { beforeAll, expect, test } from 'vitest'
import { upperBits } from './asn-table.ts'
import { type IpData, openIpData } from './index.ts'

let data: IpData
beforeAll(async () => {
  data = await openIpData()
})

test('an address of a Peruvian access network has country and network and is no hosting', () => {
  expect(data.lookup('181.64.1.1')).toEqual({ country: 'PE', asn: 6147, hosting: false })
})

test('an address of a cloud is hosting', () => {
  expect(data.lookup('3.80.1.1')).toEqual({ country: 'US', asn: 14618, hosting: true })
})

test.each([
  ['2800:200::1', 'PE', 12252],
  ['2a01:4f8::1', 'DE', 24940],
])('%s is found among the IPv6 ranges', (ip, country, asn) => {
  expect(data.lookup(ip)).toMatchObject({ country, asn })
})

test('an IPv4 address in IPv6 is looked up as IPv4', () => {
  expect(data.lookup('::ffff:181.64.1.1')).toEqual(data.lookup('181.64.1.1'))
})

test.each(['10.1.2.3', '192.168.0.1', '100.64.0.1', '127.0.0.1', '::1', 'fe80::1', 'fd00::1', 'shop', ''])(
  'nothing is known of %j',
  ip => {
    expect(data.lookup(ip)).toEqual({ country: null, asn: null, hosting: null })
  },
)

test.each([
  ['2001:db8::', 0x20010db800000000n],
  ['2001:db8:1:2:3:4:5:6', 0x20010db800010002n],
  ['::1', 0n],
  ['1::2:3', 0x0001000000000000n],
  ['a:b:c:d::', 0x000a000b000c000dn],
])('the upper half of %s is read', (text, bits) => {
  const bytes = Buffer.from(text)
  expect(upperBits(bytes, 0, bytes.length)).toBe(bits)
})
