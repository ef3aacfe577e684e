import { afterEach, expect, it, vi } from 'vitest'
import { openLibrary } from './native.ts'

afterEach(() => vi.unstubAllEnvs())

it('says what was tried and how to install the library when there is none', () => {
  vi.stubEnv('ATALAYA_LIBXGBOOST', '/nowhere/libxgboost.so')
  expect(() => openLibrary()).toThrow(expect.objectContaining({ code: 'xgboost_missing' }))
  expect(() => openLibrary()).toThrow(
    /^libxgboost cannot be loaded \(\/nowhere\/libxgboost\.so: .+\)\. Install it with .+\.$/,
  )
})

it('asks for passive threads before the library is loaded', () => {
  vi.stubEnv('OMP_WAIT_POLICY', undefined)
  openLibrary()
  expect(process.env['OMP_WAIT_POLICY']).toBe('passive')
})
