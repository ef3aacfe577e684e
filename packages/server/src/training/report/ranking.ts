import type { Assessment } from '../assess.ts'
import { atThreshold, CALIBRATION_BINS, curve, rank, reliability } from '../metrics/index.ts'
import { paragraph, plots, type Section } from './parts.ts'
import { type Axis, type Plot, plotFigure, type Series } from './plot.ts'
import { count, figure, percent } from './text.ts'

const unit = (label: string): Axis => ({ label, domain: [0, 1], format: value => value.toFixed(1) })
/** Most orders are far below one percent, so probabilities stand on a logarithmic axis. */
const LEAST = 1e-4
const probability = (label: string): Axis => ({
  ...{ label, scale: 'log', domain: [LEAST, 1] },
  format: value => `${Number((100 * value).toPrecision(3))} %`,
})

/** How well the model ranks, and how far apart it keeps the classes. */
export function rankingSection(assessment: Assessment): Section {
  return {
    id: 'ranking',
    title: 'Ranking',
    body: plots([precisionRecall(assessment), roc(assessment), scores(assessment)].map(plotFigure)),
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
    y: { label: 'share of the class', domain: [0, highest * 1.05], format: value => percent(value) },
    series: [
      { name: 'genuine', kind: 'area', tone: 'main', points: classes[0] },
      { name: 'fraud', kind: 'area', tone: 'bad', points: classes[1] },
    ],
  }
}

/** Whether probabilities mean what they say. */
export function calibrationSection({ judged, evaluation }: Assessment): Section {
  const { probabilities, labels } = judged
  const bins = reliability(rank({ scores: probabilities, labels }), CALIBRATION_BINS)
  const ece = evaluation.figures.expected_calibration_error
  const points = bins.map(({ rows, meanProbability, fraudRate }) => {
    const [low, high] = wilson(fraudRate, rows)
    return {
      ...{ x: meanProbability, y: fraudRate, low, high },
      note: `${count(rows)} orders: probability ${percent(meanProbability)}, ${Math.round(rows * fraudRate)} frauds = ${percent(fraudRate)}`,
    }
  })
  return {
    id: 'calibration',
    title: 'Calibration',
    body: [
      paragraph(
        `Orders in ${CALIBRATION_BINS} groups of equally many by probability. Expected calibration error ${figure(ece.value)} (${figure(ece.low)} to ${figure(ece.high)}).`,
      ),
      plots([
        plotFigure({
          title: 'Probability and what became of it',
          caption: 'Each group with its 95 % interval (Wilson); groups without a fraud stand on the floor.',
          x: probability('mean probability of the group'),
          y: probability('share of frauds'),
          series: [
            { name: 'groups', kind: 'dots', tone: 'main', points },
            {
              ...{ name: 'perfect', kind: 'line', tone: 'muted', dashed: true },
              points: [
                { x: LEAST, y: LEAST },
                { x: 1, y: 1 },
              ],
            },
          ],
        }),
      ]),
    ].join('\n'),
  }
}

/** 95 % interval of a share (E. B. Wilson, 1927). */
function wilson(share: number, rows: number): [number, number] {
  const z = 1.96
  const middle = (share + z ** 2 / (2 * rows)) / (1 + z ** 2 / rows)
  const half = (z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2))) / (1 + z ** 2 / rows)
  return [Math.max(0, middle - half), middle + half]
}
