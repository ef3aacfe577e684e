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
    expect(sites.byPublishableKey(site.publishableKey)).toEqual(site)
    expect(sites.bySecretKey(secretKey)).toEqual(site)
    expect(sites.bySecretKey(`${secretKey}x`)).toBeUndefined()
    expect(sites.hasOrigin('https://shop.example')).toBe(true)
    expect(sites.hasOrigin('https://shop.example.evil.example')).toBe(false)
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
