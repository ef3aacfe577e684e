import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * What no message is sent to unless the operator says so: this machine, private networks, link-local addresses (the
 * metadata services of clouds among them), and what is no single host. From IANA's special-purpose registries.
 */
const SPECIAL = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  SPECIAL.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  SPECIAL.addSubnet(network, prefix, 'ipv6')

/** Whether an address is one of the open internet. IPv4 within IPv6 (`::ffff:10.0.0.1`) counts as what it holds. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  return !SPECIAL.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
