import { expect, it } from 'vitest'
import { csvOf, gate, soundRows } from '../testing/planted-files.ts'
import { qualityHtml } from './report-html.ts'
import { findingLines, summaryLines } from './text.ts'

const rows = soundRows(400).map((row, index) => ({
  ...row,
  '<b>note&</b>': index % 3 ? '' : '<script>x</script>',
}))

it('the page shows findings and pictures, escapes what files say and loads nothing', async () => {
  const { report } = await gate(csvOf(rows))
  const html = qualityHtml(report)
  expect(html).toContain('Quality gate: passed')
  for (const { code } of report.findings) expect(html).toContain(`<code>${code}</code>`)
  expect(html.match(/<svg /g)).toHaveLength(4)
  expect(html).toContain('&lt;b&gt;note&amp;&lt;/b&gt;')
  expect(html).not.toMatch(/<script|https?:|src=|<link|@import|url\(/)
})

it('the page of a file without rows can be made', async () => {
  const { report } = await gate(csvOf(rows).split('\n')[0] ?? '')
  expect(qualityHtml(report)).toContain('Quality gate: refused (1 reason')
})

it('each finding is one line with its severity, code, lines and mend', async () => {
  const bad = rows.map((row, index) => (index === 7 ? { ...row, transaction_amount: '0' } : row))
  const { report } = await gate(csvOf(bad))
  expect(findingLines(report.findings)[0]).toBe(
    "warn    too_few_frauds: there are 80 frauds among 400 labelled rows. Below 200 a model's figures differ by chance: look at their intervals, or export a longer time.",
  )
  expect(findingLines(report.findings).find(line => line.includes('amount_zero'))).toMatch(
    /\(line 9\)\. They are kept/,
  )
  expect(summaryLines(report)[1]).toMatch(/^quality gate: passed \(2 warnings, \d notes?\)$/)
})
