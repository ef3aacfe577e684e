import { expect, it } from 'vitest'
import { networkOf } from './network.ts'

it.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3::/48'],
  ['2001:0DB8:0000::1', '2001:db8:0::/48'],
  ['2001:db8::', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
])('%s lies in %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

it.each(['', '300.1.1.1', '1.2.3', 'shop.example', '1:2:3', '1::2::3', '1:2:3:4:5:6:7:8:9', '12345::1'])(
  '"%s" is no address and lies in no network',
  text => {
    expect(networkOf(text)).toBeNull()
  },
)
