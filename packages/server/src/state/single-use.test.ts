import { expect, test } from 'vitest'
import { SingleUseRegister } from './single-use.ts'

const token = (nonceId: string, jti: string, expiresAtMs = 100) => ({ nonceId, jti, expiresAtMs })

test('a token is reserved once; its nonce or its id alone is enough to refuse another', () => {
  const register = new SingleUseRegister([])
  expect(register.reserve(token('n1', 'j1'))).toBe(true)
  expect(register.reserve(token('n1', 'j1'))).toBe(false)
  expect(register.reserve(token('n1', 'j2'))).toBe(false)
  expect(register.reserve(token('n2', 'j1'))).toBe(false)
  expect(register.reserve(token('n2', 'j2'))).toBe(true)
})

test('what the store remembers is used up from the start', () => {
  expect(new SingleUseRegister([token('n1', 'j1')]).reserve(token('n1', 'j1'))).toBe(false)
})

test('a released token may be used again', () => {
  const register = new SingleUseRegister([])
  register.reserve(token('n1', 'j1'))
  register.release(token('n1', 'j1'))
  expect(register.reserve(token('n1', 'j1'))).toBe(true)
})

test('a token is forgotten after its expiry and not before', () => {
  const register = new SingleUseRegister([token('n1', 'j1', 100), token('n2', 'j2', 101)])
  register.purge(101)
  expect(register.size).toBe(1)
  expect(register.reserve(token('n2', 'j3'))).toBe(false)
})
