import { expect, test } from 'vitest'
import { readServiceOptions } from './options.ts'

test('everything has a default', () => {
  expect(readServiceOptions({})).toMatchObject({
    port: 8787,
    host: '127.0.0.1',
    dataDir: './data',
    maxInFlight: 64,
  })
})

test('lists are split, and nothing set counts as not set', () => {
  const options = readServiceOptions({
    ATALAYA_SITE_ORIGINS: 'https://a.example, http://localhost:3000',
    PORT: '',
  })
  expect(options.site.origins).toEqual(['https://a.example', 'http://localhost:3000'])
  expect(options.port).toBe(8787)
})

test.each([
  ['PORT', '70000'],
  ['PORT', '80a'],
  ['HOST', 'not a host'],
  ['ATALAYA_SITE_ORIGINS', 'https://a.example/'],
  ['ATALAYA_SITE_ORIGINS', 'https://*.example'],
  ['ATALAYA_PUBLIC_ORIGINS', 'a.example'],
  ['ATALAYA_SITE_CURRENCY', 'soles'],
  ['ATALAYA_SITE_TIME_ZONE', 'Lima'],
  ['ATALAYA_SITE_COUNTRY', 'Peru'],
  ['ATALAYA_MAX_IN_FLIGHT', '0'],
  ['ATALAYA_DRAIN_DELAY_MS', '-1'],
  ['ATALAYA_LOG_LEVEL', 'loud'],
])('%s cannot be %j, and the fault names it', (name, value) => {
  expect(() => readServiceOptions({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'environment_invalid', message: expect.stringContaining(name) }),
  )
})
