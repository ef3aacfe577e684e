import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FULL_EVENT } from '../features/testing/fixtures.ts'
import { compileRules } from './compile.ts'
import { FACT_TYPES, type FactTypes, type RuleContext } from './facts.ts'

const rule = (when: string, id = 'test') => ({
  id,
  description: 'A test',
  when,
  action: 'review',
  enabled: true,
})
const context = (features: RuleContext['features'], parts: Partial<RuleContext> = {}): RuleContext => ({
  event: FULL_EVENT,
  features,
  score: 0.2,
  ...parts,
})
const evaluate = (when: string, facts: RuleContext) => compileRules([rule(when)]).evaluate(facts)
const fires = (when: string, facts: RuleContext) => evaluate(when, facts).fired.length === 1

describe('a rule', () => {
  it.each([
    ['features.trans_freq > 2 && features.ip_country == "PE"', true],
    ['features.trans_freq == 3', true],
    ['features.trans_freq != 3', false],
    ['features.trans_freq in [3.0, 4.0]', true],
    ['event.payment.method in ["wallet", "transfer"]', false],
    ['event.siteAmountMinor / 100.0 > 123.0', true],
    ['token.status == "ok" && score < 0.5', true],
    ['event.account.emailDomain.endsWith(".com")', true],
    ['!features.card_pasted', true],
  ])('%s fires: %s', (when, expected) => {
    expect(fires(when, context({ trans_freq: 3, ip_country: 'PE', card_pasted: false }))).toBe(expected)
  })

  it('reads the free fields of an order, and has() asks for them', () => {
    const facts = context({}, { event: { ...FULL_EVENT, metadata: { vip: true, visits: 7 } } })
    expect(fires('event.metadata.vip && event.metadata.visits > 5', facts)).toBe(true)
    expect(fires('has(event.metadata.coupon)', facts)).toBe(false)
    expect(fires('"vip" in event.metadata', facts)).toBe(true)
  })

  it('that compares a free field with another type does not fire', () => {
    const facts = context({}, { event: { ...FULL_EVENT, metadata: { visits: 'many' } } })
    expect(evaluate('event.metadata.visits > 5', facts)).toEqual({
      fired: [],
      undetermined: [{ id: 'test', missing: [] }],
    })
  })

  it('that is disabled neither fires nor counts in the version', () => {
    const off = { ...rule('true || features.is_night', 'off'), enabled: false }
    const rules = compileRules([rule('features.is_night'), off])
    expect(rules.version).toBe(compileRules([rule('features.is_night')]).version)
    expect(rules.evaluate(context({ is_night: true })).fired).toEqual([{ id: 'test', action: 'review' }])
  })

  it('changes the version with its expression, not with its description', () => {
    const { version } = compileRules([rule('features.is_night')])
    expect(compileRules([{ ...rule('features.is_night'), description: 'Reworded' }]).version).toBe(version)
    expect(compileRules([rule('!features.is_night')]).version).not.toBe(version)
  })
})

describe('docs/write-a-rule.md', () => {
  const document = readFileSync(new URL('../../../../docs/write-a-rule.md', import.meta.url), 'utf8')

  it('shows a rule that compiles', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(document) ?? []
    expect(compileRules([JSON.parse(example)]).rules).toHaveLength(1)
  })

  it('names every field that rules can read', () => {
    const leaves = (types: FactTypes): string[] =>
      Object.entries(types).flatMap(([name, type]) => (typeof type === 'string' ? [name] : leaves(type)))
    const { features: _listedElsewhere, ...rest } = FACT_TYPES
    const hidden = new Set(['id', 'siteId', 'atMs', 'metadata'])
    for (const name of leaves(rest).filter(leaf => !hidden.has(leaf))) expect(document).toMatch(`${name}\``)
  })
})

describe('a missing value', () => {
  const missing = context({ trans_freq: null, is_night: true })

  it.each([
    'features.trans_freq > 2',
    'features.trans_freq <= 2',
    '!(features.trans_freq > 2)',
    'features.trans_freq > 2 && features.is_night',
    'features.trans_freq > 2 || !features.is_night',
    '!(features.trans_freq > 2 && features.is_night)',
  ])('keeps %s from firing, and the rule says so', when => {
    expect(evaluate(when, missing)).toEqual({
      fired: [],
      undetermined: [{ id: 'test', missing: ['features.trans_freq'] }],
    })
  })

  it('does not matter where the rest decides', () => {
    expect(fires('features.trans_freq > 2 || features.is_night', missing)).toBe(true)
    expect(evaluate('features.is_night ? true : features.trans_freq > 2', missing).fired).toHaveLength(1)
    expect(evaluate('!(features.trans_freq > 2 && !features.is_night)', missing).fired).toHaveLength(1)
  })

  it('can be asked for', () => {
    expect(fires('!has(features.trans_freq)', missing)).toBe(true)
    expect(fires('has(features.trans_freq) && features.trans_freq > 2', missing)).toBe(false)
  })

  it('is a score without a model', () => {
    expect(evaluate('score > 0.9', context({}, { score: null })).undetermined).toEqual([
      { id: 'test', missing: ['score'] },
    ])
  })
})

describe('a faulty rule', () => {
  it.each([
    ['features.trans_freq >\n >', 'line 2, column 2', 'write-a-rule'],
    ['features.shoe_size > 1', 'shoe_size, line 1, column 10', 'features.md'],
    ['features.trans_freq * 2 > 3', 'line 1, column 1', '2.0'],
    ['features.trans_freq', 'not a bool', 'comparison'],
    ['token.consent == "essential"', 'consent, line 1', 'features.md'],
    ['[1, 2].exists(x, x > 1)', 'exists() is not available', 'Use comparisons'],
    ['event.id.matches("(a+)+$")', 'matches() is not available', 'Use comparisons'],
    ['features[event.channel] > 1.0', 'must be a string', 'Use comparisons'],
    ['event == event', 'reads all of event', 'event.x'],
  ])('%s is refused with its place and what to do', (when, message, mend) => {
    expect(() => compileRules([rule(when, 'wrong')])).toThrow(
      expect.objectContaining({
        code: 'invalid_rule',
        message: expect.stringMatching(/^rule wrong: /),
        mend: expect.stringContaining(mend),
      }),
    )
    expect(() => compileRules([rule(when, 'wrong')])).toThrow(message)
  })

  it('is refused also while it is disabled', () => {
    expect(() => compileRules([{ ...rule('features.x > 1'), enabled: false }])).toThrow('No such key: x')
  })

  it('without a needed field is named by its place in the list', () => {
    expect(() => compileRules([rule('features.is_night'), { when: 'true' }])).toThrow('rule number 2')
  })

  it('that takes the id of another is refused', () => {
    expect(() => compileRules([rule('features.is_night'), rule('!features.is_night')])).toThrow(
      'already taken',
    )
  })
})
