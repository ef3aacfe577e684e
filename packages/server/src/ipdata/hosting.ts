/**
 * Autonomous systems whose addresses belong to servers and to VPN exits rather than to shoppers' lines: the large
 * clouds, server renters and the networks that commercial VPN services rent. A short list of our own, from the
 * companies' public AS registrations; an address outside it may still be a proxy.
 */
export const HOSTING_ASNS: ReadonlySet<number> = new Set([
  16509,
  14618,
  8987, // Amazon
  15169,
  396982,
  19527, // Google
  8075,
  8068,
  8069, // Microsoft
  31898,
  7160, // Oracle
  45102,
  37963, // Alibaba
  132203,
  45090, // Tencent
  136907,
  55990, // Huawei Cloud
  36351, // IBM
  14061, // DigitalOcean
  63949, // Akamai (Linode)
  20473, // Vultr
  16276,
  35540, // OVH
  24940,
  213230,
  212317, // Hetzner
  51167,
  40021,
  141995, // Contabo
  12876, // Scaleway
  8560, // IONOS
  26496,
  398101, // GoDaddy
  46606, // Unified Layer
  47583, // Hostinger
  60781,
  28753,
  30633,
  16265,
  59253, // Leaseweb
  9009, // M247
  212238,
  60068, // Datacamp, CDN77
  39351, // 31173, used by Mullvad
  209103,
  62371, // Proton
  136787, // Packethub, used by NordVPN
  206092, // SecureFirst, used by VPN services
  62240, // Clouvider
  49981, // WorldStream
  53667, // FranTech
  36352, // HostPapa (ColoCrossing)
  8100, // QuadraNet
  46844, // Sharktech
  29802, // Hivelocity
  35916, // Multacom
  32097, // WholeSale Internet
  33387,
  55286, // ServerMania and relatives
  23470, // ReliableSite
  40676, // Psychz
  20454, // Secured Servers
  197540, // netcup
  24961, // myLoc
  61317, // HIVELOCITY (Digital Energy)
  202425, // IP Volume
  13335, // Cloudflare (Workers, WARP)
])
