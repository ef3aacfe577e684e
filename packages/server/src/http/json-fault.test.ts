import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonFaultOffset } from './json-fault.ts'

const isJson = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('it finds no fault in JSON', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t'), (text, space) => {
      expect(jsonFaultOffset(space + text + space)).toBeUndefined()
    }),
  )
})

test('it agrees with JSON.parse on what is JSON', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', '{', ']', 'x', '\\', '\u0001', '0', '-', '.'))
    .map(
      ([text, at, put]) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1),
    )
  fc.assert(
    fc.property(damaged, text => {
      expect(jsonFaultOffset(text) === undefined).toBe(isJson(text))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['', 0],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ['[1 2]', 3],
  ['{"a":[1,{"b":tru}]}', 13],
  ['{"a":1}}', 7],
  ['{"a":01}', 6],
])('in %j the fault is at %i', (text, offset) => {
  expect(jsonFaultOffset(text)).toBe(offset)
})

test('a deep nest takes no deep stack', () => {
  expect(jsonFaultOffset('['.repeat(60_000))).toBe(60_000)
})
