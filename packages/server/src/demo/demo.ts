import { ownHostsOnly } from '../console/own-hosts.ts'
import { consoleRoutes } from '../console/routes.ts'
import { REASON_CODES } from '../decide/index.ts'
import { type RunningService, type ServiceOptions, startService } from '../http/index.ts'
import { DEFAULT_RULES } from '../rules/index.ts'
import { shopRoutes } from './shop/routes.ts'
import { shopKeyOf } from './shop-key.ts'
import { startDemoTraffic } from './traffic.ts'

export interface DemoOptions {
  readonly service: ServiceOptions
  /** Whether simulated shoppers and a ring use the API. */
  readonly traffic: boolean
  /** Told, in words, what the demo does. */
  readonly say: (line: string) => void
}

export interface RunningDemo {
  readonly service: RunningService
  close(): Promise<void>
}

/**
 * Starts the demo marketplace: one process and one port with the service, its store, the bundled model, the shop
 * under `/shop`, the console under `/console`, and simulated shoppers with a ring among them.
 *
 * @throws {AtalayaError} as `startService` does, or `demo_key_missing`
 */
export async function startDemo({ service: options, traffic, say }: DemoOptions): Promise<RunningDemo> {
  const site = { ...options.site, name: 'Qhatu' }
  const service = await startService({ ...options, site }, { servesPages: true })
  try {
    const key = shopKeyOf(options.dataDir, service)
    service.app.use('/shop', shopRoutes({ endpoint: service.url, ...key }))
    service.app.use(
      '/console',
      ownHostsOnly(options.publicOrigins),
      consoleRoutes({ ...service, words: { reason: reasonWords, rule: ruleWords } }),
    )
    const isNew = service.firstSite !== null
    const stopTraffic = traffic
      ? startDemoTraffic({ endpoint: service.url, origin: service.url, ...key, isNew, say })
      : undefined
    return {
      service,
      close: async () => {
        await stopTraffic?.()
        await service.close()
      },
    }
  } catch (error) {
    await service.close()
    throw error
  }
}

const REASONS: Readonly<Record<string, { readonly analyst: { readonly es: string; readonly en: string } }>> =
  REASON_CODES
const reasonWords = (code: string) => REASONS[code]?.analyst ?? { es: code, en: code }
const ruleWords = (id: string) => DEFAULT_RULES.find(rule => rule.id === id)?.description ?? ''
