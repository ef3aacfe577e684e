import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { thresholds } from './choose.ts'
import { DEFAULT_POLICY } from './cost-policy.ts'

const document = readFileSync(new URL('../../../../docs/policy.md', import.meta.url), 'utf8')

describe('docs/policy.md', () => {
  it('names every field with its default', () => {
    const { fallback, ...fields } = DEFAULT_POLICY
    for (const [name, value] of Object.entries(fields))
      expect(document).toContain(`| \`${name}\` | ${value} |`)
    expect(document).toContain(
      `| \`fallback\` | ${fallback.reviewFromMinor}, ${fallback.reviewDefaultAction} |`,
    )
  })

  it.each([30, 120, 500, 1500, 3000, 10_000])('has the thresholds of %i PEN', amount => {
    const steps = thresholds(amount * 100, DEFAULT_POLICY)
    const cell = (outcome: string) => {
      const step = steps.find(found => found.outcome === outcome)
      return step === undefined ? '' : ` ${(step.fromProbability * 100).toFixed(2)} %`
    }
    const cells = ['challenge', 'review', 'deny'].map(cell).join(' |')
    expect(document).toContain(`| ${amount.toLocaleString('en')} PEN |${cells} |`)
  })
})
