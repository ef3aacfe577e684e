import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SIGNALS_DOCUMENT, signalsDocument } from '../../tools/signals-doc.ts'

test('docs/signals.md is what the contract says; renew it with `node packages/client/tools/signals-doc.ts`', () => {
  expect(readFileSync(SIGNALS_DOCUMENT, 'utf8')).toBe(signalsDocument())
})

test('the data dictionary gives every claim and every network input its words', () => {
  for (const line of signalsDocument().split('\n')) expect(line).not.toMatch(/\|\s+\|/)
})
