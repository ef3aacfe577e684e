import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../policy/index.ts'
import { artefacts } from '../../registry/testing/artefacts.ts'
import { assess } from '../assess.ts'
import type { Judged } from '../judged.ts'
import { reportHtml } from './html.ts'

const ROWS = 400
const scores = Float64Array.from({ length: ROWS }, (_, row) => ((row * 37) % ROWS) / ROWS)
const judged: Judged = {
  ...{ margins: scores, probabilities: scores },
  labels: Float32Array.from(scores, score => Number(score > 0.9)),
  amountsMinor: scores.map((_, row) => 1000 + row),
  receivedAtMs: scores.map((_, row) => row * 3_600_000),
  ...{ oracle: null, attacks: null },
}

function page(change: Partial<Judged>, leakage: string[] = []): string {
  const assessment = assess(
    { ...judged, ...change },
    {
      ...{ threshold: 0.5, seed: 1, drift: null },
      policy: { costs: DEFAULT_POLICY, reviewCapacity: null, fitted: null },
    },
  )
  return reportHtml({ title: 'Model <1>', assessment, manifest: artefacts({ leakage }).manifest })
}

describe('the report', () => {
  it('leaves out what its data do not tell', () => {
    const html = page({})
    for (const id of ['figures', 'ranking', 'calibration', 'policy', 'importance', 'weeks', 'data'])
      expect(html).toContain(`<section id="${id}"`)
    for (const id of ['drift', 'attacks', 'prescore']) expect(html).not.toContain(`<section id="${id}"`)
    expect(html).not.toContain('oracle')
    expect(html).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('shows the oracle and the kinds of attack where the data name them', () => {
    const html = page({ oracle: scores, attacks: Array.from(scores, () => 'ring') })
    expect(html).toContain('attainable (oracle)')
    expect(html).toMatch(/<section id="attacks"[\s\S]*ring/)
  })

  it('puts a leakage alarm before everything else', () => {
    const html = page({}, ['trans_amount'])
    expect(html.indexOf('Leakage alarm')).toBeGreaterThan(0)
    expect(html.indexOf('Leakage alarm')).toBeLessThan(html.indexOf('<section'))
  })

  it('gives every picture words, and takes texts as texts', () => {
    const html = page({})
    const pictures = html.match(/<svg class="(plot|stack)"[^>]*>/g) ?? []
    expect(pictures.length).toBeGreaterThan(5)
    for (const picture of pictures) expect(picture).toMatch(/role="img" aria-label="[^"]+"/)
    expect(html).toContain('Model &lt;1&gt;')
  })
})
