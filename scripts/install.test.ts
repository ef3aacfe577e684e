import { expect, test } from 'vitest'
import { reasonToInstall } from './install.mjs'

const express = { version: '5.3.0' }
const lock = (packages: Record<string, object>) => ({
  packages: { '': {}, 'packages/server': {}, ...packages },
})

test('a clone without node_modules is installed', () => {
  expect(reasonToInstall(lock({ 'node_modules/express': express }), undefined)).toMatch(/missing/)
})

test('nothing is installed when every locked package is there in its version', () => {
  const wanted = lock({ 'node_modules/express': express })
  expect(reasonToInstall(wanted, lock({ 'node_modules/express': express }))).toBeUndefined()
})

test('a package of another version is named with both versions', () => {
  const reason = reasonToInstall(
    lock({ 'node_modules/express': express }),
    lock({ 'node_modules/express': { version: '4.0.0' } }),
  )
  expect(reason).toBe('package-lock.json has changed: express is 4.0.0, wanted 5.3.0')
})

test('a package added to the lockfile is installed, nested ones too', () => {
  const wanted = lock({ 'node_modules/a/node_modules/@scope/b': { version: '1.0.0' } })
  expect(reasonToInstall(wanted, lock({}))).toMatch(/@scope\/b is not installed/)
})

test('packages for other platforms may be absent', () => {
  const wanted = lock({ 'node_modules/@esbuild/win32-x64': { version: '1.0.0', optional: true } })
  expect(reasonToInstall(wanted, lock({}))).toBeUndefined()
})
