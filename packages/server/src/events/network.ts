/**
 * The network that an IP address lies in: its /24, for IPv6 its /48, which is what one line or one server renter
 * commonly gets. An IPv4 address mapped into IPv6 is the IPv4 address.
 *
 * @returns for example `203.0.113.0/24`; null for text that is no address
 */
export function networkOf(address: string): string | null {
  const text = address.trim().toLowerCase()
  const v4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (v4) {
    const bytes = v4.slice(1).map(Number)
    return bytes.every(byte => byte < 256) ? `${bytes.slice(0, 3).join('.')}.0/24` : null
  }
  const groups = groupsOf(text)
  return groups && `${groups.slice(0, 3).join(':')}::/48`
}

/** The eight groups of an IPv6 address without leading zeros (RFC 4291, section 2.2); null when it is none. */
function groupsOf(text: string): readonly string[] | null {
  const [head = '', tail, ...more] = text.replace(/%.*$/, '').split('::')
  if (more.length > 0) return null
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return groups.every(group => /^[0-9a-f]{1,4}$/.test(group))
    ? groups.map(group => group.replace(/^0+(?=.)/, ''))
    : null
}
