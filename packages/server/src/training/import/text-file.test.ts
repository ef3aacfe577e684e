import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openText } from './text-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-text-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function open(bytes: Uint8Array) {
  const path = join(folder, 't.csv')
  writeFileSync(path, bytes)
  const opened = await openText(path, folder, 0, () => undefined)
  return { ...opened, isCopy: opened.path !== path, content: readFileSync(opened.path, 'utf8') }
}

/** Words whose accents stand before plain letters, as in every language that windows-1252 is used for. */
const word = fc.stringMatching(/^[a-zñéóíüç ]{0,12}[a-z]$/)

it('words of two encodings, in whatever mixture, come out as they were meant', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(word, fc.boolean()), { maxLength: 30 }), async words => {
      const bytes = Buffer.concat(
        words.map(([text, isLatin]) => Buffer.from(`${text}\n`, isLatin ? 'latin1' : 'utf8')),
      )
      expect((await open(bytes)).content).toBe(words.map(([text]) => `${text}\n`).join(''))
    }),
    { numRuns: 50 },
  )
})

it('both encodings may stand in one line', async () => {
  const bytes = Buffer.concat([Buffer.from('José,'), Buffer.from('Ñandú,', 'latin1'), Buffer.from('10 €\n')])
  expect(await open(bytes)).toMatchObject({ content: 'José,Ñandú,10 €\n', foreign: { count: 1, first: [1] } })
})

it("windows-1252's own characters are read, not those of latin-1", async () => {
  expect((await open(Buffer.from([0x80, 0x35, 0x0a]))).content).toBe('€5\n')
})

it('a file that is UTF-8 throughout is read where it stands', async () => {
  expect(await open(Buffer.from('año\n'))).toMatchObject({ isCopy: false, encoding: 'utf-8' })
})

it('a character that is cut by the end of a piece of the file is no fault', async () => {
  const text = `${'x'.repeat((1 << 18) - 1)}ñ\n`
  expect(await open(Buffer.from(text))).toMatchObject({ isCopy: false, content: text })
  const mixed = await open(Buffer.concat([Buffer.from(text), Buffer.from('ñ\n', 'latin1')]))
  expect(mixed).toMatchObject({ content: `${text}ñ\n`, foreign: { count: 1, first: [2] }, unicodeLines: 1 })
})
