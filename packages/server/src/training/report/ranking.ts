import type { Assessment } from '../assess.ts'
import { atThreshold, CALIBRATION_BINS, curve, rank } from '../metrics/index.ts'
import { paragraph, plots, type Section, table } from './parts.ts'
import { type Axis, type Plot, plotFigure, type Series } from './plot.ts'
import { count, figure, percent, percentTick } from './text.ts'

const unit = (label: string): Axis => ({ label, domain: [0, 1], format: value => value.toFixed(1) })
/** Most orders are far below one percent, so probabilities stand on a logarithmic axis. */
const LEAST = 1e-4
const probability = (label: string): Axis => ({
  ...{ label, scale: 'log', domain: [LEAST, 1] },
  format: percentTick,
})

/** How well the model ranks, and how far apart it keeps the classes. */
export function rankingSection(assessment: Assessment): Section {
  return {
    id: 'ranking',
    title: 'Ranking',
    body: plots([precisionRecall(assessment), roc(assessment)].map(plotFigure)),
  }
}

function precisionRecall({ judged, threshold }: Assessment): Plot {
  const { margins, labels, oracle, probabilities, amountsMinor } = judged
  const line = (scores: ArrayLike<number>) =>
    curve(rank({ scores, labels })).map(({ recall, precision }) => ({
      ...{ x: recall, y: precision },
      note: `recall ${percent(recall)}, precision ${percent(precision)}`,
    }))
  const chosen = atThreshold({ scores: probabilities, labels }, amountsMinor, threshold)
  const attainable: Series[] = oracle
    ? [{ name: 'attainable (oracle)', kind: 'line', tone: 'muted', dashed: true, points: line(oracle) }]
    : []
  return {
    title: 'Precision and recall',
    caption: 'Of the orders called fraud, how many are; against the share of frauds found.',
    ...{ x: unit('recall'), y: unit('precision') },
    series: [
      { name: 'model', kind: 'line', tone: 'main', points: line(margins) },
      ...attainable,
      {
        ...{ name: 'threshold', kind: 'dots', tone: 'other' },
        points: [
          {
            ...{ x: chosen.recall, y: chosen.precision },
            note: `threshold ${figure(threshold)}: recall ${percent(chosen.recall)}, precision ${percent(chosen.precision)}`,
          },
        ],
      },
    ],
  }
}

function roc({ judged: { margins, labels } }: Assessment): Plot {
  return {
    title: 'ROC',
    caption: 'Share of frauds found against the share of genuine orders called fraud.',
    ...{ x: unit('genuine orders called fraud'), y: unit('recall') },
    series: [
      {
        ...{ name: 'model', kind: 'line', tone: 'main' },
        points: curve(rank({ scores: margins, labels })).map(({ falsePositiveRate, recall }) => ({
          ...{ x: falsePositiveRate, y: recall },
          note: `recall ${percent(recall)} at ${percent(falsePositiveRate)} of genuine orders`,
        })),
      },
      {
        ...{ name: 'chance', kind: 'line', tone: 'muted', dashed: true },
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
    ],
  }
}

const SCORE_BINS = 40

function scores({ judged: { probabilities, labels } }: Assessment): Plot {
  const binOf = (value: number) => {
    const share = 1 - Math.log10(Math.max(value, LEAST)) / Math.log10(LEAST)
    return Math.min(SCORE_BINS - 1, Math.floor(share * SCORE_BINS))
  }
  const counts = [0, 1].map(() => new Array<number>(SCORE_BINS).fill(0))
  const totals = [0, 0]
  for (let row = 0; row < labels.length; row++) {
    const [label, bin] = [labels[row] as number, binOf(probabilities[row] as number)]
    const bins = counts[label]
    if (bins) bins[bin] = (bins[bin] ?? 0) + 1
    totals[label] = (totals[label] ?? 0) + 1
  }
  const edge = (bin: number) => LEAST ** (1 - bin / SCORE_BINS)
  const points = (label: number) =>
    (counts[label] ?? []).flatMap((rows, bin) => {
      const y = rows / (totals[label] || 1)
      const note = `${count(rows)} orders, ${percent(y)}, from ${percent(edge(bin))} to ${percent(edge(bin + 1))}`
      return [
        { x: edge(bin), y, note },
        { x: edge(bin + 1), y },
      ]
    })
  const classes = [points(0), points(1)] as const
  const highest = Math.max(...classes.flat().map(({ y }) => y))
  return {
    title: 'Scores of both classes',
    caption: 'Share of each class by probability; the less they overlap, the better.',
    x: probability('probability of fraud'),
    y: { label: 'share of the class', domain: [0, highest * 1.05], format: percentTick },
    series: [
      { name: 'genuine', kind: 'area', tone: 'main', points: classes[0] },
      { name: 'fraud', kind: 'area', tone: 'bad', points: classes[1] },
    ],
  }
}

/** Edges of the groups by probability: closer together where most orders are. */
const EDGES = [0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1] as const

interface Group {
  readonly from: number
  readonly to: number
  readonly rows: number
  readonly expected: number
  readonly frauds: number
}

/** Whether probabilities mean what they say. */
export function calibrationSection(assessment: Assessment): Section {
  const ece = assessment.evaluation.figures.expected_calibration_error
  const groups = groupsOf(assessment)
  return {
    id: 'calibration',
    title: 'Calibration',
    body: [
      paragraph(
        `Expected calibration error ${figure(ece.value)} (${figure(ece.low)} to ${figure(ece.high)}): how far probability and share of frauds are apart on the mean, over ${CALIBRATION_BINS} groups of equally many orders.`,
      ),
      plots([reliabilityPlot(groups), scores(assessment)].map(plotFigure)),
      table(
        'Expected and real frauds by probability',
        [
          { head: 'probability' },
          ...['orders', 'frauds expected', 'frauds', 'share of frauds'].map(head => ({
            head,
            isNumber: true,
          })),
        ],
        groups.map(({ from, to, rows, expected, frauds }) => [
          `${percentTick(from)} to ${percentTick(to)}`,
          count(rows),
          expected.toFixed(1),
          count(frauds),
          percent(frauds / rows),
        ]),
      ),
    ].join('\n'),
  }
}

function groupsOf({ judged: { probabilities, labels } }: Assessment): Group[] {
  return EDGES.slice(1).flatMap((to, bin) => {
    const from = EDGES[bin] ?? 0
    let [rows, expected, frauds] = [0, 0, 0]
    for (let row = 0; row < labels.length; row++) {
      const probability = probabilities[row] as number
      if (probability < from || (probability >= to && to < 1)) continue
      rows++
      expected += probability
      frauds += labels[row] as number
    }
    return rows === 0 ? [] : [{ from, to, rows, expected, frauds }]
  })
}

function reliabilityPlot(groups: readonly Group[]): Plot {
  return {
    title: 'Probability and what became of it',
    caption:
      'Share of frauds in each group with its 95 % interval; groups without a fraud stand on the floor.',
    x: probability('mean probability of the group'),
    y: probability('share of frauds'),
    series: [
      {
        ...{ name: 'groups', kind: 'dots', tone: 'main' },
        points: groups.map(({ rows, expected, frauds }) => {
          const [low, high] = wilson(frauds / rows, rows)
          return {
            ...{ x: expected / rows, y: frauds / rows, low, high },
            note: `${count(rows)} orders: ${expected.toFixed(1)} frauds expected, ${count(frauds)} came (${percent(frauds / rows)})`,
          }
        }),
      },
      {
        ...{ name: 'perfect', kind: 'line', tone: 'muted', dashed: true },
        points: [
          { x: LEAST, y: LEAST },
          { x: 1, y: 1 },
        ],
      },
    ],
  }
}

/** 95 % interval of a share (E. B. Wilson, 1927). */
function wilson(share: number, rows: number): [number, number] {
  const z = 1.96
  const middle = (share + z ** 2 / (2 * rows)) / (1 + z ** 2 / rows)
  const half = (z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2))) / (1 + z ** 2 / rows)
  return [Math.max(0, middle - half), middle + half]
}
