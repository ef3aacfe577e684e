import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openSecrets, openSites, prepareDataFolder } from '../../packages/server/src/sites/index.ts'
import { launchChromium } from '../browser/chromium.ts'
import type { Shop } from '../service-shopper.ts'
import { type DemoProcess, startDemoProcess } from '../support/demo-process.ts'
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts'
import { makeSigningKey, type SigningKey } from '../support/token-mutations.ts'
import { type Backend, startBackend } from './backend.ts'

/** What attacks are tried on: real processes, each started when it is first needed. */
export interface World {
  readonly service: ServiceProcess
  readonly dataDir: string
  /** The shop that is attacked. Its currency is PEN; it has rates for USD, JPY and KWD. */
  readonly shop: Shop
  /** A second page origin of that shop. */
  readonly otherOrigin: string
  /** And one that a browser on this machine can open. */
  readonly shopPage: string
  /** Another shop of the same service. */
  readonly neighbour: Shop
  /** The shop by its test keys. */
  readonly trial: Shop
  /** A secret key of the shop whose time is over. */
  readonly retiredKey: string
  /** A shop whose webhooks point where they must not. */
  readonly hooked: Shop
  /** Something on this machine that no attack may make the service call. */
  readonly bait: Backend
  readonly nonceKey: Uint8Array
  /** A device key of the attacker's own. */
  readonly key: SigningKey
  /** A service for attacks that end it or fill it; it is ended with the world. */
  spare(dataDir: string, env?: Readonly<Record<string, string>>): Promise<ServiceProcess>
  newFolder(): string
  demo(): Promise<DemoProcess>
  /** Chromium as a test driver starts it, or as near to a person's as one gets. */
  browser(kind: 'driven' | 'human'): Promise<Browser>
  close(): Promise<void>
}

export const SHOP_ORIGIN = 'https://shop.example'
const OTHER_ORIGIN = 'https://m.shop.example'
/** Its own processes' audience, for tokens that outlive a port. */
export const AUDIENCE = 'https://atalaya.example'

export const TERMS = { currency: 'PEN', timeZone: 'America/Lima', country: 'PE' } as const
const RATES = [
  { currency: 'USD', from: '2020-01-01', rate: 3.75 },
  { currency: 'JPY', from: '2020-01-01', rate: 0.025 },
  { currency: 'KWD', from: '2020-01-01', rate: 12 },
]

export async function openWorld(): Promise<World> {
  const folders: string[] = []
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'atalaya-redteam-'))
    folders.push(folder)
    return folder
  }
  const [bait, shopPage] = await Promise.all([startBackend(), startBackend()])
  const dataDir = newFolder()
  prepareDataFolder(dataDir)
  const sites = openSites(dataDir)
  const shop = sites.add({
    ...{ name: 'Shop', origins: [SHOP_ORIGIN, OTHER_ORIGIN, shopPage.url], ...TERMS, rates: RATES },
  })
  const retiredKey = shop.secretKey
  const { secretKey } = sites.rotate(shop.site.id, Date.now() - 1)
  const neighbour = sites.add({ name: 'Neighbour', origins: ['https://neighbour.example'], ...TERMS })
  const hooked = sites.add({ name: 'Hooked', origins: [], ...TERMS })
  sites.change(hooked.site.id, site => ({
    ...site,
    webhooks: bait.forbiddenUrls.map((url, index) => ({
      id: `wh_forbidden-${index}`,
      ...{ url, types: ['decision.made'], secrets: [`whsec_${'A'.repeat(43)}`] },
    })),
  }))
  const service = await startServiceProcess(dataDir, {
    ATALAYA_LOG_LEVEL: 'debug',
    // Attacks run beside each other; the limit has a service of its own.
    ATALAYA_MAX_IN_FLIGHT: '1000',
  })
  const shopWith = (origin: string, siteKey: string, secret: string): Shop => ({
    ...{ url: service.url, origin, siteKey, secretKey: secret },
  })
  const running: Promise<{ end(): Promise<unknown> }>[] = []
  const once = <T>(open: () => Promise<T>, end: (opened: T) => Promise<unknown>): (() => Promise<T>) => {
    let opened: Promise<T> | undefined
    return () => {
      if (!opened) {
        opened = open()
        running.push(opened.then(it => ({ end: () => end(it) })))
      }
      return opened
    }
  }
  const driven = once(
    () => launchChromium(),
    browser => browser.close(),
  )
  const human = once(
    () => launchChromium({ humanLike: true }),
    browser => browser.close(),
  )
  return {
    ...{ service, dataDir, bait, otherOrigin: OTHER_ORIGIN, shopPage: shopPage.url, retiredKey, newFolder },
    shop: shopWith(SHOP_ORIGIN, shop.site.publishableKey, secretKey),
    neighbour: shopWith('https://neighbour.example', neighbour.site.publishableKey, neighbour.secretKey),
    trial: shopWith(SHOP_ORIGIN, shop.site.testKeys?.publishableKey ?? '', shop.testSecretKey),
    hooked: shopWith('', hooked.site.publishableKey, hooked.secretKey),
    nonceKey: openSecrets(dataDir).nonceKey,
    key: await makeSigningKey(),
    spare: (folder, env) => {
      const started = startServiceProcess(folder, env)
      running.push(started)
      return started
    },
    demo: once(
      () => startDemoProcess(),
      demo => demo.stop(),
    ),
    browser: kind => (kind === 'driven' ? driven() : human()),
    close: async () => {
      const ended = await Promise.allSettled(running.map(async one => (await one).end()))
      await service.end()
      await Promise.all([bait.close(), shopPage.close()])
      for (const folder of folders) rmSync(folder, { recursive: true })
      const failed = ended.find(one => one.status === 'rejected')
      if (failed) throw failed.reason
    },
  }
}
