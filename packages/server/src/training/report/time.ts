import type { Assessment } from '../assess.ts'
import type { AttackKind } from '../breakdown.ts'
import { REVIEW_CAPACITY } from '../evaluation.ts'
import { barCell, type Cell, paragraph, plots, type Section, table } from './parts.ts'
import { plotFigure, type Series } from './plot.ts'
import { count, day, figure, money, percent, percentTick } from './text.ts'

/** The judged orders week by week: what a drift costs. */
export function weekSection({ weeks, threshold }: Assessment): Section {
  const points = (of: (week: Assessment['weeks'][number]) => number | null | undefined, what: string) =>
    weeks.flatMap((week, index) => {
      const y = of(week)
      return y === null || y === undefined
        ? []
        : [{ x: index, y, note: `week from ${day(week.fromMs)}: ${what} ${figure(y)}` }]
    })
  const x = {
    label: 'week',
    domain: [-0.3, weeks.length - 0.7] as const,
    format: (index: number) => (Number.isInteger(index) ? day(weeks[index]?.fromMs ?? 0).slice(5) : ''),
  }
  const attainable: Series[] = weeks.some(week => week.attainable !== null)
    ? [
        {
          ...{ name: 'attainable (oracle)', kind: 'line', tone: 'muted', dashed: true },
          points: points(week => week.attainable, 'attainable'),
        },
      ]
    : []
  const precision = weeks.flatMap(({ averagePrecision, frauds, fromMs }, index) =>
    averagePrecision
      ? [
          {
            ...{ x: index, y: averagePrecision.value },
            ...{ low: averagePrecision.low, high: averagePrecision.high },
            note: `week from ${day(fromMs)}: AP ${figure(averagePrecision.value)} of ${frauds} frauds`,
          },
        ]
      : [],
  )
  const rates = weeks.flatMap(({ alertRate, fraudRate, meanProbability }) => [
    ...[alertRate, fraudRate, meanProbability],
  ])
  return {
    id: 'weeks',
    title: 'Week by week',
    body: [
      paragraph(
        `Weeks have few frauds, so their figures scatter; a fall that lasts is what to look for. Alerts are orders from the threshold ${figure(threshold)} on.`,
      ),
      plots([
        plotFigure({
          title: 'Average precision',
          caption: 'With 95 % intervals, beside what could be attained where the data tell.',
          ...{ x, y: { label: 'AP', domain: [0, 1], format: (value: number) => value.toFixed(1) } },
          series: [{ name: 'model', kind: 'dots', tone: 'main', points: precision }, ...attainable],
        }),
        plotFigure({
          title: 'Alerts and frauds',
          caption: 'Share of orders called fraud, expected to be fraud, and fraud.',
          x,
          y: {
            label: 'share of orders',
            domain: [0, Math.max(...rates) * 1.15 || 1],
            format: percentTick,
          },
          series: [
            { name: 'alerts', kind: 'line', tone: 'main', points: points(week => week.alertRate, 'alerts') },
            {
              ...{ name: 'expected', kind: 'line', tone: 'third', dashed: true },
              points: points(week => week.meanProbability, 'mean probability'),
            },
            { name: 'frauds', kind: 'line', tone: 'bad', points: points(week => week.fraudRate, 'frauds') },
          ],
        }),
      ]),
      weekTable(weeks),
    ].join('\n'),
  }
}

function weekTable(weeks: Assessment['weeks']): string {
  const hasOracle = weeks.some(({ attainable }) => attainable !== null)
  const rows = weeks.map(({ averagePrecision, attainable, ...week }): Cell[] => [
    day(week.fromMs),
    count(week.rows),
    count(week.frauds),
    averagePrecision
      ? `${averagePrecision.value.toFixed(3)} (${averagePrecision.low.toFixed(3)} to ${averagePrecision.high.toFixed(3)})`
      : '',
    ...(hasOracle
      ? [averagePrecision && attainable ? percent(averagePrecision.value / attainable) : '']
      : []),
    percent(week.alertRate),
    week.frauds > 0 ? percent(week.recall) : '',
    `${percent(week.meanProbability)} / ${percent(week.fraudRate)}`,
  ])
  const heads = [
    ...['orders', 'frauds', 'AP (95 %)'],
    ...(hasOracle ? ['of the oracle'] : []),
    ...['alerts', 'recall', 'expected / came'],
  ]
  return table(
    'Figures by week',
    [{ head: 'week from' }, ...heads.map(head => ({ head, isNumber: true }))],
    rows,
  )
}

/** Losses by kind of attack, for data that name them. */
export function attackSection({ attacks, policy, evaluation }: Assessment): Section | null {
  if (!attacks) return null
  const { currency } = policy.costs
  const most = Math.max(...attacks.map(({ missedMinor }) => missedMinor), 1)
  const rows = attacks.map((kind): Cell[] => [
    kind.attack,
    count(kind.orders),
    count(kind.frauds),
    barCell(percent(kind.recall), kind.recall, 'main'),
    barCell(percent(kind.recallAtCapacity), kind.recallAtCapacity, 'third'),
    money(kind.fraudMinor, 0),
    barCell(money(kind.missedMinor, 0), kind.missedMinor / most, 'bad'),
    kind.oracleMissedMinor === null ? '' : money(kind.oracleMissedMinor, 0),
  ])
  const sum = (of: (kind: AttackKind) => number) => attacks.reduce((total, kind) => total + of(kind), 0)
  const oracle = evaluation.oracle ? sum(({ oracleMissedMinor }) => oracleMissedMinor ?? 0) : null
  return {
    id: 'attacks',
    title: 'By kind of attack',
    body: [
      paragraph(
        `The simulator names what each order was part of. ${money(
          sum(({ missedMinor }) => missedMinor),
          0,
        )} ${currency} of ${money(
          sum(({ fraudMinor }) => fraudMinor),
          0,
        )} ${currency} of fraud are below the threshold${oracle === null ? '' : `; with as many alerts the generator's own ranking would miss ${money(oracle, 0)} ${currency}`}. Capacity: the riskiest ${percent(policy.reviewCapacity ?? REVIEW_CAPACITY)} of the orders.`,
      ),
      table(
        'Losses by kind of attack',
        [
          { head: 'kind' },
          { head: 'orders', isNumber: true },
          { head: 'frauds', isNumber: true },
          { head: 'recall at the threshold' },
          { head: 'recall at capacity' },
          { head: `fraud, ${currency}`, isNumber: true },
          { head: `missed, ${currency}` },
          { head: 'oracle misses', isNumber: true },
        ],
        rows,
      ),
    ].join('\n'),
  }
}
