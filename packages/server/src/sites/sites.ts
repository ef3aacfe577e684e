import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
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

/** A site with the only copies of secret keys that were just made. */
export interface CreatedSite {
  readonly site: Site
  readonly secretKey: string
  readonly testSecretKey: string
}

/** Whose key it is; decisions asked for with a test key are made to order and not kept. */
export interface KeyHolder {
  readonly site: Site
  readonly mode: 'live' | 'test'
}

/** What happened to a site, without its secrets. */
export interface SiteChange {
  readonly action: 'site.added' | 'site.changed' | 'site.key_rotated' | 'site.test_keys_renewed'
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
}

/** The sites of an installation. */
export interface Sites {
  /** The file that holds them. */
  readonly path: string
  list(): readonly Site[]
  byPublishableKey(key: string): KeyHolder | undefined
  /** The site of a secret key; the time taken does not tell how much of a wrong key was right. */
  bySecretKey(key: string, nowMs: number): KeyHolder | undefined
  /** Whether any site has pages at this origin. */
  hasOrigin(origin: string): boolean
  /** Makes a site and its keys; only hashes of the secret keys are kept. */
  add(site: NewSite): CreatedSite
  /**
   * Makes a new secret key; the one before works until then (UTC epoch ms).
   *
   * @throws {AtalayaError} `site_unknown`
   */
  rotate(siteId: string, oldUntilMs: number): { readonly site: Site; readonly secretKey: string }
  /** Makes new test keys. @throws {AtalayaError} `site_unknown` */
  renewTestKeys(siteId: string): { readonly site: Site; readonly testSecretKey: string }
  /** Changes a site. @throws {AtalayaError} `site_unknown`, or `file_invalid` naming the field */
  change(siteId: string, change: (site: Site) => Site): Site
  /** Reads the file again, for example after another process wrote it. @throws as {@link openSites} */
  reload(): void
}

/**
 * The sites in `sites.json` of the data folder (mode 0600). Every change begins with what the file says then, so that a
 * running service and the command line do not undo each other's.
 *
 * @param onChange told of every change, before it is written
 * @throws {AtalayaError} `file_unreadable`, or `file_invalid` naming the field
 */
export function openSites(
  dataFolder: string,
  onChange: (change: SiteChange) => void = () => undefined,
): Sites {
  const path = join(dataFolder, FILE)
  let sites = read(path)
  const write = (changed: readonly Site[], change: SiteChange) => {
    for (const [index, site] of changed.entries()) checkSite(path, index, site)
    onChange(change)
    sites = [...changed]
    writePrivateJson(path, { format: 'atalaya-sites/1', sites })
  }
  const replace = (
    siteId: string,
    change: (site: Site) => Site,
    action: SiteChange['action'] = 'site.changed',
  ): Site => {
    sites = read(path)
    const before = sites.find(({ id }) => id === siteId)
    if (!before) throw unknown(siteId, sites)
    const after = change(before)
    write(
      sites.map(site => (site === before ? after : site)),
      { action, subject: siteId, before: withoutSecrets(before), after: withoutSecrets(after) },
    )
    return after
  }
  return {
    path,
    list: () => sites,
    byPublishableKey: key => publicHolder(sites, key),
    bySecretKey: (key, nowMs) => secretHolder(sites, key, nowMs),
    hasOrigin: origin => sites.some(site => site.origins.includes(origin)),
    add: ({ rates = [], ...told }) => {
      const [secretKey, secretKeyHash] = newSecret('sk_')
      const { testKeys, testSecretKey } = newTestKeys()
      const site: Site = {
        id: `site_${randomBytes(9).toString('base64url')}`,
        ...told,
        publishableKey: `pk_${randomBytes(18).toString('base64url')}`,
        ...{ secretKeyHash, testKeys, rates },
      }
      write([...read(path), site], {
        ...{ action: 'site.added', subject: site.id, before: null },
        after: withoutSecrets(site),
      })
      return { site, secretKey, testSecretKey }
    },
    rotate: (siteId, untilMs) => {
      const [secretKey, secretKeyHash] = newSecret('sk_')
      const site = replace(
        siteId,
        before => ({
          ...before,
          secretKeyHash,
          retiringKey: { hash: before.secretKeyHash, untilMs },
        }),
        'site.key_rotated',
      )
      return { site, secretKey }
    },
    renewTestKeys: siteId => {
      const { testKeys, testSecretKey } = newTestKeys()
      return {
        site: replace(siteId, before => ({ ...before, testKeys }), 'site.test_keys_renewed'),
        testSecretKey,
      }
    },
    change: (siteId, change) => replace(siteId, change),
    reload: () => {
      sites = read(path)
    },
  }
}

/** What may be told of a site to whoever reads the audit log. */
function withoutSecrets({ secretKeyHash: _, retiringKey, testKeys, webhooks, ...site }: Site): unknown {
  return {
    ...site,
    retiringKeyUntilMs: retiringKey?.untilMs ?? null,
    testPublishableKey: testKeys?.publishableKey ?? null,
    webhooks: (webhooks ?? []).map(({ secrets, ...endpoint }) => ({ ...endpoint, secrets: secrets.length })),
  }
}

function read(path: string): Site[] {
  const sites = readJson(path, SitesFile)?.sites ?? []
  for (const [index, site] of sites.entries()) checkSite(path, index, site)
  return sites
}

function publicHolder(sites: readonly Site[], key: string): KeyHolder | undefined {
  const live = sites.find(site => site.publishableKey === key)
  if (live) return { site: live, mode: 'live' }
  const test = sites.find(site => site.testKeys?.publishableKey === key)
  return test && { site: test, mode: 'test' }
}

/** Every key of every site is compared, whichever fits. */
function secretHolder(sites: readonly Site[], key: string, nowMs: number): KeyHolder | undefined {
  const asked = hashOf(key)
  const fits = (hash: string | undefined) =>
    hash !== undefined && timingSafeEqual(asked, Buffer.from(hash, 'hex'))
  let found: KeyHolder | undefined
  for (const site of sites) {
    if (fits(site.secretKeyHash)) found = { site, mode: 'live' }
    if (fits(site.retiringKey?.hash) && nowMs < (site.retiringKey?.untilMs ?? 0))
      found = { site, mode: 'live' }
    if (fits(site.testKeys?.secretKeyHash)) found = { site, mode: 'test' }
  }
  return found
}

/** Secret keys have 256 random bits, so a plain hash is as hard to turn round as they are to guess. */
const hashOf = (secretKey: string) => createHash('sha256').update(secretKey).digest()

function newSecret(prefix: string): readonly [secretKey: string, hash: string] {
  const secretKey = `${prefix}${randomBytes(32).toString('base64url')}`
  return [secretKey, hashOf(secretKey).toString('hex')]
}

function newTestKeys() {
  const [testSecretKey, secretKeyHash] = newSecret('sk_test_')
  const publishableKey = `pk_test_${randomBytes(18).toString('base64url')}`
  return { testKeys: { publishableKey, secretKeyHash }, testSecretKey }
}

function checkSite(path: string, index: number, site: Site): void {
  const fault = siteFault(site)
  if (fault) throw invalid(path, `/sites/${index}: ${fault}`)
}

function unknown(siteId: string, sites: readonly Site[]): AtalayaError {
  return new AtalayaError(
    'site_unknown',
    `there is no site ${siteId}`,
    sites.length > 0
      ? `There are: ${sites.map(({ id, name }) => `${id} (${name})`).join(', ')}.`
      : 'There is none yet; `atalaya sites add` or the first start of the service makes one.',
  )
}
