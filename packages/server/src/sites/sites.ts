import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { invalid, readJson, writePrivateJson } from './files.ts'
import { type Site, SiteSchema, siteFault } from './site.ts'

const FILE = 'sites.json'
const SitesFile = Compile(
  Type.Object(
    { format: Type.Literal('atalaya-sites/1'), sites: Type.Array(SiteSchema) },
    { additionalProperties: false },
  ),
)

/** What a new site is told; the keys are made. */
export type NewSite = Pick<Site, 'name' | 'origins' | 'currency' | 'timeZone' | 'country'> &
  Partial<Pick<Site, 'rates'>>

/** A site just made, with the only copy of its secret key. */
export interface CreatedSite {
  readonly site: Site
  readonly secretKey: string
}

/** The sites of an installation. */
export interface Sites {
  list(): readonly Site[]
  byPublishableKey(key: string): Site | undefined
  /** The site of a secret key; the time taken does not tell how much of a wrong key was right. */
  bySecretKey(key: string): Site | undefined
  /** Whether any site has pages at this origin. */
  hasOrigin(origin: string): boolean
  /** Makes a site and its keys; only a hash of the secret key is kept. */
  add(site: NewSite): CreatedSite
}

/**
 * The sites in `sites.json` of the data folder (mode 0600).
 *
 * @throws {AtalayaError} `file_unreadable`, or `file_invalid` naming the field
 */
export function openSites(dataFolder: string): Sites {
  const path = join(dataFolder, FILE)
  let sites = readJson(path, SitesFile)?.sites ?? []
  for (const [index, site] of sites.entries()) checkSite(path, index, site)
  return {
    list: () => sites,
    byPublishableKey: key => sites.find(site => site.publishableKey === key),
    bySecretKey: key => {
      const hash = hashOf(key)
      let found: Site | undefined
      for (const site of sites) {
        if (timingSafeEqual(hash, Buffer.from(site.secretKeyHash, 'hex'))) found = site
      }
      return found
    },
    hasOrigin: origin => sites.some(site => site.origins.includes(origin)),
    add: ({ rates = [], ...told }) => {
      const secretKey = `sk_${randomBytes(32).toString('base64url')}`
      const site: Site = {
        id: `site_${randomBytes(9).toString('base64url')}`,
        ...told,
        publishableKey: `pk_${randomBytes(18).toString('base64url')}`,
        secretKeyHash: hashOf(secretKey).toString('hex'),
        rates,
      }
      checkSite(path, sites.length, site)
      sites = [...sites, site]
      writePrivateJson(path, { format: 'atalaya-sites/1', sites })
      return { site, secretKey }
    },
  }
}

/** Secret keys have 256 random bits, so a plain hash is as hard to turn round as they are to guess. */
const hashOf = (secretKey: string) => createHash('sha256').update(secretKey).digest()

function checkSite(path: string, index: number, site: Site): void {
  const fault = siteFault(site)
  if (fault) throw invalid(path, `/sites/${index}: ${fault}`)
}
