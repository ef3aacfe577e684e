import { fileURLToPath } from 'node:url'
import { AtalayaError } from '../base/errors.ts'
import { LOG_LEVELS, type LogLevel } from '../monitoring/index.ts'
import { isOrigin } from '../sites/index.ts'

/** How a service is run. */
export interface ServiceOptions {
  /** TCP port; 0 takes a free one. */
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly modelDir: string
  /** Origins under which pages reach this service; when empty, those of host and port. */
  readonly publicOrigins: readonly string[]
  /** The site that is made at the first start. */
  readonly site: {
    readonly name: string
    readonly origins: readonly string[]
    readonly currency: string
    readonly timeZone: string
    readonly country: string
  }
  readonly logLevel: LogLevel
  readonly maxInFlight: number
  /** Where webhook messages may go: to public addresses over https, or to any. */
  readonly webhookNetworks: 'public' | 'any'
  /** How long readiness says no before connections are refused, ms. */
  readonly drainDelayMs: number
}

type Read<T> = (text: string) => T | undefined

const wholeNumber =
  (min: number, max: number): Read<number> =>
  text => {
    const value = Number(text)
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined
  }
const pattern =
  (shape: RegExp): Read<string> =>
  text =>
    shape.test(text) ? text : undefined
const origins: Read<string[]> = text => {
  const list = text.split(',').map(part => part.trim())
  return list.every(isOrigin) ? list : undefined
}
const timeZone: Read<string> = text => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone && text
  } catch {
    return undefined
  }
}
const logLevel: Read<LogLevel> = text => LOG_LEVELS.find(level => level === text)

/** The models that are part of the package. */
const bundledModels = fileURLToPath(new URL('../../models', import.meta.url))

/**
 * Reads the service's options from the environment: every variable, its default and what it may be. A
 * variable that is set to nothing counts as not set.
 *
 * @throws {AtalayaError} `environment_invalid` naming the variable
 */
export function readServiceOptions(env: Readonly<Record<string, string | undefined>>): ServiceOptions {
  const read = <T>(name: string, fallback: T, convert: Read<T>, wanted: string): T => {
    const text = env[name]
    if (text === undefined || text === '') return fallback
    const value = convert(text)
    if (value !== undefined) return value
    throw new AtalayaError(
      'environment_invalid',
      `the environment variable ${name} is ${JSON.stringify(text)}`,
      `It has to be ${wanted}.`,
    )
  }
  const any: Read<string> = text => text
  const originList = 'origins such as https://shop.example, separated by commas'
  return {
    port: read('PORT', 8787, wholeNumber(0, 65_535), 'a port number from 0 to 65535'),
    host: read('HOST', '127.0.0.1', pattern(/^[A-Za-z0-9.:_-]+$/), 'a host name or an IP address'),
    dataDir: read('ATALAYA_DATA_DIR', './data', any, 'a folder'),
    modelDir: read('ATALAYA_MODEL_DIR', bundledModels, any, 'a folder'),
    publicOrigins: read('ATALAYA_PUBLIC_ORIGINS', [], origins, originList),
    site: {
      name: read(
        'ATALAYA_SITE_NAME',
        'My marketplace',
        pattern(/^.{1,128}$/),
        'a name of at most 128 characters',
      ),
      origins: read('ATALAYA_SITE_ORIGINS', [], origins, originList),
      currency: read('ATALAYA_SITE_CURRENCY', 'PEN', pattern(/^[A-Z]{3}$/), 'an ISO 4217 code such as PEN'),
      timeZone: read(
        'ATALAYA_SITE_TIME_ZONE',
        'America/Lima',
        timeZone,
        'an IANA time zone such as America/Lima',
      ),
      country: read('ATALAYA_SITE_COUNTRY', 'PE', pattern(/^[A-Z]{2}$/), 'an ISO 3166 code such as PE'),
    },
    logLevel: read('ATALAYA_LOG_LEVEL', 'info', logLevel, `one of ${LOG_LEVELS.join(', ')}`),
    maxInFlight: read('ATALAYA_MAX_IN_FLIGHT', 64, wholeNumber(1, 100_000), 'a number from 1 to 100000'),
    webhookNetworks: read(
      'ATALAYA_WEBHOOK_NETWORKS',
      'public',
      text => (text === 'public' || text === 'any' ? text : undefined),
      'public or any',
    ),
    drainDelayMs: read('ATALAYA_DRAIN_DELAY_MS', 0, wholeNumber(0, 9_000), 'milliseconds from 0 to 9000'),
  }
}
