import { labelInForce } from '../../events/lifecycle.ts'
import { readShadowScores, type ShadowScore } from '../../registry/index.ts'
import { type DecisionReader, openStoredDecisions } from '../../store/index.ts'
import { averagePrecision, rank } from '../../training/metrics/index.ts'

/** How champion and challenger scored the same decisions of a data folder, and which was right where labels came. */
export function shadowReport(dataDir: string): string {
  const pairs = new Map<string, ShadowScore[]>()
  for (const score of readShadowScores(dataDir)) {
    const pair = `${score.champion} ${score.challenger}`
    const known = pairs.get(pair)
    if (known) known.push(score)
    else pairs.set(pair, [score])
  }
  if (pairs.size === 0) return `no challenger has scored in ${dataDir}; promote one with --alias challenger`
  const reader = openStoredDecisions(dataDir)
  try {
    return [...pairs.values()].map(scores => pairReport(scores, reader)).join('\n\n')
  } finally {
    reader.close()
  }
}

function pairReport(scores: readonly ShadowScore[], reader: DecisionReader): string {
  const both = scores.flatMap(score =>
    score.championScore === null ? [] : [{ ...score, championScore: score.championScore }],
  )
  const differences = both.map(({ score, championScore }) => score - championScore).sort((a, b) => a - b)
  const at = (share: number) => (differences[Math.floor(share * (differences.length - 1))] ?? 0).toFixed(4)
  const labelled = both.flatMap(score => {
    const fraud = labelOf(score.decisionId, reader)
    return fraud === undefined ? [] : [{ ...score, label: Number(fraud) }]
  })
  const labels = labelled.map(({ label }) => label)
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  const ap = (of: readonly number[]) => averagePrecision(rank({ scores: of, labels })).toFixed(4)
  return [
    `champion ${scores[0]?.champion}, challenger ${scores[0]?.challenger}`,
    `  ${scores.length} decisions scored by the challenger, ${both.length} by both`,
    `  challenger less champion: 5 % ${at(0.05)}, median ${at(0.5)}, 95 % ${at(0.95)}`,
    frauds > 0 && frauds < labels.length
      ? `  average precision on ${labels.length} labelled decisions (${frauds} frauds): champion ${ap(labelled.map(({ championScore }) => championScore))}, challenger ${ap(labelled.map(({ score }) => score))}`
      : `  ${labels.length} labels, ${frauds} frauds: too few to tell which is right`,
  ].join('\n')
}

function labelOf(decisionId: string, reader: DecisionReader): boolean | undefined {
  const event = reader.get(decisionId)?.envelope.event
  return event && labelInForce(reader.followUps(event.siteId, event.id).labels)?.fraud
}
