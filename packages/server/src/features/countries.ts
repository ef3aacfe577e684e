/** Mean radius of the Earth (IUGG), km. */
const EARTH_RADIUS_KM = 6371.0088

/** Centres of countries that orders to Peru come from or go to: degrees north and east, to half a degree. */
const CENTRES: Readonly<Record<string, readonly [north: number, east: number]>> = {
  AR: [-34, -64],
  AU: [-25, 134],
  BE: [50.5, 4.5],
  BO: [-16.5, -64.5],
  BR: [-10, -53],
  CA: [61, -98],
  CH: [47, 8],
  CL: [-35.5, -71],
  CN: [36.5, 104],
  CO: [4, -73],
  CR: [10, -84],
  CU: [21.5, -79],
  DE: [51, 10.5],
  DO: [19, -70.5],
  EC: [-1.5, -78.5],
  ES: [40, -3.5],
  FR: [46.5, 2.5],
  GB: [54, -2.5],
  GT: [15.5, -90.5],
  HN: [15, -86.5],
  ID: [-2.5, 117.5],
  IN: [22.5, 79.5],
  IT: [43, 12],
  JP: [37.5, 138],
  KR: [36.5, 128],
  MX: [24, -102.5],
  NG: [9.5, 8],
  NI: [13, -85],
  NL: [52, 5.5],
  PA: [8.5, -80],
  PE: [-9, -74.5],
  PL: [52, 19.5],
  PT: [39.5, -8.5],
  PY: [-23, -58.5],
  RO: [46, 25],
  RU: [62, 97],
  SE: [62.5, 16.5],
  SG: [1.5, 104],
  SV: [14, -89],
  TR: [39, 35],
  UA: [49, 31.5],
  US: [39.5, -99],
  UY: [-33, -56],
  VE: [7, -66],
  VN: [16.5, 106],
  ZA: [-29, 25],
}

const distances = new Map<string, number>()
for (const [a, from] of Object.entries(CENTRES)) {
  for (const [b, to] of Object.entries(CENTRES)) distances.set(a + b, haversineKm(from, to))
}

/** Great-circle distance between the centres of two countries, km; null when either is not in the table. */
export function countryDistanceKm(a: string, b: string): number | null {
  return a === b ? 0 : (distances.get(a + b) ?? null)
}

function haversineKm(a: readonly [number, number], b: readonly [number, number]): number {
  const radians = Math.PI / 180
  const half = (from: number, to: number) => Math.sin(((to - from) * radians) / 2) ** 2
  const chord = half(a[0], b[0]) + Math.cos(a[0] * radians) * Math.cos(b[0] * radians) * half(a[1], b[1])
  // Rounded to a kilometre: the centres are no better, and the last bits of a sine depend on the engine.
  return Math.round(2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(chord)))
}
