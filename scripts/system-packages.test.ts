import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findChromium, installInstructions, systemPackages } from './system-packages.mjs'

const both = [systemPackages.chromium, systemPackages.xgboost]

test('on Debian one line installs everything that is missing', () => {
  expect(installInstructions(both, 'apt')).toContain('apt-get install chromium libxgboost0')
})

test('on macOS each package has its own brew command', () => {
  const text = installInstructions(both, 'brew')
  expect(text).toContain('brew install --cask chromium')
  expect(text).toContain('brew install xgboost')
})

test('elsewhere each package is named with a way around the package manager', () => {
  expect(installInstructions([systemPackages.chromium], 'other')).toContain('CHROMIUM_PATH')
})

test('a Chromium on PATH is found, and CHROMIUM_PATH comes before it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-chromium-'))
  const onPath = join(folder, 'chromium')
  const named = join(folder, 'my-browser')
  for (const path of [onPath, named]) {
    writeFileSync(path, '')
    chmodSync(path, 0o755)
  }
  expect(findChromium({ PATH: folder })).toBe(onPath)
  expect(findChromium({ PATH: folder, CHROMIUM_PATH: named })).toBe(named)
  rmSync(folder, { recursive: true })
})
