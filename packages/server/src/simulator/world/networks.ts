import type { Random } from './random.ts'

/** First and last address of a public range, with its weight. */
interface Range {
  readonly from: string
  readonly to: string
  readonly share: number
}

/** Real ranges of Peruvian access networks (RIR data of June 2026): what the offline IP data knows as PE. */
const HOME_PE: readonly Range[] = [
  { from: '190.232.0.0', to: '190.239.255.255', share: 0.3 }, // Telefónica del Perú
  { from: '181.64.0.0', to: '181.67.255.255', share: 0.18 },
  { from: '201.240.0.0', to: '201.240.255.255', share: 0.05 },
  { from: '190.116.0.0', to: '190.117.255.255', share: 0.16 }, // Claro
  { from: '179.6.0.0', to: '179.7.255.255', share: 0.12 },
  { from: '38.25.0.0', to: '38.25.127.255', share: 0.11 }, // WIN
  { from: '191.98.128.0', to: '191.98.191.255', share: 0.05 }, // Optical Networks
  { from: '190.187.0.0', to: '190.187.255.255', share: 0.03 }, // Americatel
]
/** Carrier-grade NAT of mobile networks: a few thousand addresses that everybody shares. */
const MOBILE_PE: readonly Range[] = [
  { from: '190.40.8.0', to: '190.40.15.255', share: 0.3 }, // Movistar
  { from: '190.222.16.0', to: '190.222.23.255', share: 0.3 }, // Claro
  { from: '132.157.64.0', to: '132.157.69.255', share: 0.22 }, // Entel
  { from: '181.176.32.0', to: '181.176.37.255', share: 0.18 }, // Bitel
]
const ABROAD: readonly Range[] = [
  { from: '73.0.0.0', to: '73.255.255.255', share: 0.3 }, // US
  { from: '190.160.0.0', to: '190.164.255.255', share: 0.14 }, // CL
  { from: '181.128.0.0', to: '181.143.255.255', share: 0.13 }, // CO
  { from: '83.32.0.0', to: '83.63.255.255', share: 0.13 }, // ES
  { from: '181.20.0.0', to: '181.27.255.255', share: 0.1 }, // AR
  { from: '186.68.0.0', to: '186.71.255.255', share: 0.08 }, // EC
  { from: '179.176.0.0', to: '179.187.255.255', share: 0.07 }, // BR
  { from: '187.144.224.0', to: '187.150.255.255', share: 0.05 }, // MX
]
const HOSTING: readonly Range[] = [
  { from: '3.80.0.0', to: '3.95.255.255', share: 0.3 }, // Amazon
  { from: '45.55.0.0', to: '45.55.255.255', share: 0.2 }, // DigitalOcean
  { from: '5.135.0.0', to: '5.135.255.255', share: 0.2 }, // OVH
  { from: '5.9.0.0', to: '5.9.255.255', share: 0.15 }, // Hetzner
  { from: '45.32.0.0', to: '45.32.255.255', share: 0.15 }, // Vultr
]

export const NETWORKS = { home: HOME_PE, mobile: MOBILE_PE, abroad: ABROAD, hosting: HOSTING } as const
export type NetworkKind = keyof typeof NETWORKS

/** An address of a network; every call is a new one. */
export function newAddress(rng: Random, kind: NetworkKind): string {
  const range = rng.weighted(NETWORKS[kind])
  const first = toNumber(range.from)
  return toText(first + Math.floor(rng.next() * (toNumber(range.to) - first)))
}

const toNumber = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toText = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.')
