import { expect, it } from 'vitest'
import { treeText } from './tree.ts'

it('draws what came from what, leaves out what is not known and cuts long lists', () => {
  const leaf = { what: 'data', facts: { rows: 3, versions: 'a@1 '.repeat(50), unknown: null }, from: [] }
  const text = treeText({
    what: 'decision',
    facts: { score: 0.5 },
    from: [{ what: 'model', facts: { trees: 2 }, from: [leaf] }, leaf],
  })
  expect(text.split('\n')).toEqual([
    'decision',
    '|   score  0.5',
    '+-- model',
    '|   |   trees  2',
    '|   +-- data',
    '|           rows      3',
    `|           versions  ${'a@1 '.repeat(30)} ... (--json shows all)`,
    '+-- data',
    '        rows      3',
    `        versions  ${'a@1 '.repeat(30)} ... (--json shows all)`,
  ])
})
