import { DECISIONS, type Outcome, thresholds } from '../../policy/index.ts'
import type { Assessment } from '../assess.ts'
import { rank, realisedProfitMinor } from '../metrics/index.ts'
import { type Cell, type Column, paragraph, plots, type Section, stackedCell, table } from './parts.ts'
import { type Plot, type Point, plotFigure, type Series, type Tone } from './plot.ts'
import { count, figure, money, percent, percentTick } from './text.ts'

/** What the four answers cost and earn. */
export function policySection(assessment: Assessment): Section {
  return {
    id: 'policy',
    title: 'Cost policy',
    body: [
      paragraph(
        'For every order the answer of least expected cost is chosen, from its probability and amount. Profit is what the orders brought in the end: margins kept, less losses, fees, lost sales and the cost of challenges and reviews.',
      ),
      ...(capacityText(assessment) ?? []),
      policyTable(assessment),
      plots([
        plotFigure(profitPlot(assessment)),
        `<div>${paragraph('From which probability on an order of each amount gets an answer:')}${thresholdTable(assessment)}</div>`,
      ]),
    ].join('\n'),
  }
}

function capacityText({ policy: { fitted, reviewCapacity, costs } }: Assessment): string[] | null {
  if (!fitted || reviewCapacity === null) return null
  const price = costs.reviewShadowPriceMinor
  return [
    paragraph(
      `Reviewers can look at ${percent(reviewCapacity)} of the orders. Of the ${count(fitted.orders)} orders that the policy was fitted on, costs alone would review ${count(fitted.wanted)}; ${
        price === undefined
          ? 'they all fit.'
          : `${count(fitted.reviews)} are left when a review has to save ${money(price)} ${costs.currency} more than the best other answer.`
      }`,
    ),
  ]
}

function policyTable({ policies, policy }: Assessment): string {
  const { currency } = policy.costs
  const columns: Column[] = [
    { head: 'policy' },
    { head: 'answers' },
    ...DECISIONS.map(head => ({ head, isNumber: true })),
    { head: `profit an order, ${currency}`, isNumber: true },
    { head: 'more than all allowed (95 %)', isNumber: true },
  ]
  const rows = policies.map(({ name, outcomes, profit, gain }): Cell[] => [
    name,
    stackedCell(DECISIONS.map(outcome => ({ name: outcome, share: outcomes[outcome] ?? 0 }))),
    ...DECISIONS.map(outcome => percent(outcomes[outcome] ?? 0)),
    money(profit.value),
    gain.value === 0 ? '' : `${money(gain.value)} (${money(gain.low)} to ${money(gain.high)})`,
  ])
  return table('Policies', columns, rows)
}

const ACTIONS: readonly (readonly [Outcome, Tone])[] = [
  ['challenge', 'other'],
  ['review', 'third'],
  ['deny', 'bad'],
]
const LEAST_SHARE = 0.0005
const MOST_SHARE = 0.3

/** What answering the riskiest orders in one way only would earn, by where the threshold lies. */
function profitPlot({ judged, policies, policy }: Assessment): Plot {
  const { probabilities, labels, amountsMinor } = judged
  const { order } = rank({ scores: probabilities, labels })
  const rows = order.length
  const earned = (row: number, outcome: Outcome) =>
    realisedProfitMinor(outcome, labels[row] === 1, amountsMinor[row] as number, policy.costs)
  const line = (outcome: Outcome): Point[] => {
    const points: Point[] = []
    let total = 0
    for (const [place, row] of order.entries()) {
      total += earned(row, outcome) - earned(row, 'allow')
      const share = (place + 1) / rows
      if (share > MOST_SHARE) break
      if (share < LEAST_SHARE) continue
      // The riskiest are long past: from there on it only falls.
      if (share > 0.01 && total < 0) break
      const from = figure(probabilities[row] as number)
      points.push({
        ...{ x: share, y: total / rows / 100 },
        note: `${outcome} the riskiest ${percent(share)} (from ${from}): ${money(total / rows)} an order`,
      })
    }
    return points
  }
  const actions = ACTIONS.map(([name, tone]): Series => ({ name, kind: 'line', tone, points: line(name) }))
  const level = (policies[0]?.gain.value ?? 0) / 100
  const chosen: Series = {
    ...{ name: 'cost policy', kind: 'line', tone: 'main', dashed: true },
    points: [
      { x: LEAST_SHARE, y: level },
      { x: MOST_SHARE, y: level, note: `cost policy: ${level.toFixed(2)} an order` },
    ],
  }
  const top = Math.max(level, ...actions.flatMap(({ points }) => points.map(({ y }) => y)))
  return {
    title: 'Profit by threshold',
    caption:
      'Gain over allowing all, when the riskiest orders all get one answer. Mixing the answers by cost earns the dashed line.',
    x: {
      ...{ label: 'share of orders that get the answer', scale: 'log', domain: [LEAST_SHARE, MOST_SHARE] },
      format: percentTick,
    },
    y: {
      label: `${policy.costs.currency} an order`,
      domain: [Math.min(0, -0.25 * top), top * 1.08 || 1],
      format: value => String(Number(value.toPrecision(3))),
    },
    series: [...actions, chosen],
  }
}

const QUANTILES = [0.1, 0.5, 0.9, 0.99] as const

function thresholdTable({ judged, policy }: Assessment): string {
  const sorted = Float64Array.from(judged.amountsMinor).sort()
  const actions = DECISIONS.slice(1)
  const rows = QUANTILES.map((quantile): Cell[] => {
    const amountMinor = sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0
    const steps = thresholds(amountMinor, policy.costs)
    return [
      `${money(amountMinor)} ${policy.costs.currency}`,
      quantile === 0.5 ? 'median' : `${percentTick(quantile)} of orders cost less`,
      ...actions.map(outcome => {
        const step = steps.find(found => found.outcome === outcome)
        return step ? percent(step.fromProbability) : 'never'
      }),
    ]
  })
  return table(
    'Thresholds by amount',
    [{ head: 'amount' }, { head: '' }, ...actions.map(head => ({ head, isNumber: true }))],
    rows,
  )
}
