import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareDataFolder } from './files.ts'
import { openSecrets } from './installation.ts'
import { siteCurrencyConverter } from './rates.ts'
import { openSites } from './sites.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-sites-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const NEW = {
  name: 'Shop',
  origins: ['https://shop.example'],
  currency: 'PEN',
  timeZone: 'America/Lima',
  country: 'PE',
}

describe('a site', () => {
  test('is found by its keys, also after opening again', () => {
    const { site, secretKey } = openSites(folder).add(NEW)
    const sites = openSites(folder)
    expect(sites.byPublishableKey(site.publishableKey)).toEqual({ site, mode: 'live' })
    expect(sites.bySecretKey(secretKey, 0)).toEqual({ site, mode: 'live' })
    expect(sites.bySecretKey(`${secretKey}x`, 0)).toBeUndefined()
    expect(sites.hasOrigin('https://shop.example')).toBe(true)
    expect(sites.hasOrigin('https://shop.example.evil.example')).toBe(false)
  })

  test('has test keys that are told apart from the live ones', () => {
    const sites = openSites(folder)
    const { site, testSecretKey } = sites.add(NEW)
    expect(sites.bySecretKey(testSecretKey, 0)).toEqual({ site, mode: 'test' })
    expect(sites.byPublishableKey(site.testKeys?.publishableKey ?? '')).toEqual({ site, mode: 'test' })
    const renewed = sites.renewTestKeys(site.id)
    expect(sites.bySecretKey(testSecretKey, 0)).toBeUndefined()
    expect(sites.bySecretKey(renewed.testSecretKey, 0)?.mode).toBe('test')
  })

  test('takes its old secret key until the overlap ends, and only the one before', () => {
    const sites = openSites(folder)
    const { site, secretKey: first } = sites.add(NEW)
    const { secretKey: second } = sites.rotate(site.id, 1_000)
    expect(sites.bySecretKey(first, 999)?.site.id).toBe(site.id)
    expect(sites.bySecretKey(first, 1_000)).toBeUndefined()
    const { secretKey: third } = sites.rotate(site.id, 5_000)
    expect(sites.bySecretKey(first, 0)).toBeUndefined()
    for (const key of [second, third]) expect(sites.bySecretKey(key, 4_999)?.site.id).toBe(site.id)
  })

  test('that another process changed is changed further, not back', () => {
    const ours = openSites(folder)
    const { site } = ours.add(NEW)
    openSites(folder).change(site.id, before => ({ ...before, origins: ['https://new.example'] }))
    ours.rotate(site.id, 0)
    expect(ours.list()[0]?.origins).toEqual(['https://new.example'])
    expect(() => ours.rotate('site_nobody', 0)).toThrow(
      expect.objectContaining({ code: 'site_unknown', mend: expect.stringContaining(site.id) }),
    )
  })

  test.each([
    [{ origins: ['https://*.example'] }, 'origin'],
    [{ origins: ['https://shop.example/path'] }, 'origin'],
    [{ timeZone: 'Lima' }, 'timeZone'],
  ])('with %j is refused', (change, named) => {
    expect(() => openSites(folder).add({ ...NEW, ...change })).toThrow(
      expect.objectContaining({ code: 'file_invalid', message: expect.stringContaining(named) }),
    )
  })

  test('that was edited wrongly is named when the file is read', () => {
    openSites(folder).add(NEW)
    const path = join(folder, 'sites.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"PEN"', '"soles"'))
    expect(() => openSites(folder)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('/sites/0/currency') }),
    )
    writeFileSync(path, '{')
    expect(() => openSites(folder)).toThrow(expect.objectContaining({ code: 'file_invalid' }))
  })
})

test('secrets are made once, and only their owner reads them', () => {
  const secrets = openSecrets(folder)
  expect(openSecrets(folder)).toEqual(secrets)
  expect([secrets.pseudonymKey.length, secrets.nonceKey.length, secrets.historyKey.length]).toEqual([
    32, 32, 16,
  ])
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
})

test('a data folder that cannot be made is named', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(() => prepareDataFolder(join(file, 'data'))).toThrow(
    expect.objectContaining({ code: 'data_folder_unwritable', message: expect.stringContaining(file) }),
  )
})

test('amounts of other currencies are counted by the rate of their day and the digits of both', () => {
  const { site } = openSites(folder).add({
    ...NEW,
    rates: [
      { currency: 'USD', from: '2026-01-01', rate: 3.5 },
      { currency: 'USD', from: '2026-02-01', rate: 4 },
      { currency: 'CLP', from: '2026-01-01', rate: 0.004 },
    ],
  })
  const toSiteMinor = siteCurrencyConverter(site)
  const day = (text: string) => Date.parse(text)
  expect(toSiteMinor(1_999, 'PEN', 0)).toBe(1_999)
  expect(toSiteMinor(1_000, 'USD', day('2026-01-31T23:59:59Z'))).toBe(3_500)
  expect(toSiteMinor(1_000, 'USD', day('2026-02-01'))).toBe(4_000)
  expect(toSiteMinor(10_000, 'CLP', day('2026-02-01'))).toBe(4_000)
  for (const [currency, at] of [
    ['USD', '2025-12-31'],
    ['EUR', '2026-02-01'],
  ] as const) {
    expect(() => toSiteMinor(1, currency, day(at))).toThrow(
      expect.objectContaining({ code: 'currency_without_rate' }),
    )
  }
})
