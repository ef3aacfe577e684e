import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createPreScorer } from '@atalaya/client/contract'
import { encoder } from '../../packages/server/src/features/index.ts'
import { openIpData } from '../../packages/server/src/ipdata/index.ts'
import type { HistoryRecord } from '../../packages/server/src/records/record.ts'
import { type EngineModel, loadEngineModel, openRegistry } from '../../packages/server/src/registry/index.ts'
import { simulateHistory } from '../../packages/server/src/simulator/index.ts'
import { Replay } from '../../packages/server/src/training/replay.ts'
import { type BenchContext, NotMeasurable, type RowGroup } from '../context.ts'
import { figures, type Truth } from '../simulator/measure.ts'

/** Another registry than the bundled one, to judge a model before it is bundled. */
const models =
  process.env['ATALAYA_BENCH_MODELS'] ??
  fileURLToPath(new URL('../../packages/server/models', import.meta.url))
const dayMs = 86_400_000
const days = 120
/** The month that is judged; what came before fills the history. */
const judgedDays = 30
const startMs = Date.UTC(2027, 0, 1, 5)
/** A world that no model was trained on. */
const seed = 20_270_101

async function championModel(): Promise<EngineModel> {
  if (!existsSync(models)) throw new NotMeasurable(`there is no registry in ${models}`)
  return loadEngineModel(openRegistry(models).load('champion'))
}

/** Replays a simulated history and scores its last month with the bundled model. */
async function judge(model: EngineModel, events: number) {
  const preScorer = model.prescore ? createPreScorer(model.prescore) : null
  const prescore = ({ session }: HistoryRecord) =>
    preScorer && session.signals ? preScorer(session.signals) : null
  const ipData = await openIpData()
  const replay = new Replay({
    site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
    lookupIp: ip => ipData.lookup(ip),
    toSiteMinor: amountMinor => amountMinor,
    prescore,
  })
  const encode = encoder(model.scorer.columns)
  const scores: number[] = []
  const rows: Truth[] = []
  for (const record of simulateHistory({ events, seed, startMs, days })) {
    const { features } = replay.next(record)
    if (record.receivedAtMs < startMs + (days - judgedDays) * dayMs) continue
    if (record.label === null || record.oracle === undefined) continue
    // The log-odds rank: isotonic probabilities have ties.
    const { margin } = await model.scorer.score(encode(features))
    scores.push(margin)
    rows.push({ attack: record.attack ?? '', fraud: Number(record.label.fraud), oracle: record.oracle })
  }
  return { scores, rows }
}

async function measure({ quick }: BenchContext) {
  const model = await championModel()
  try {
    const { scores, rows } = await judge(model, quick ? 10_000 : 200_000)
    const oracle = rows.map(row => row.oracle)
    const [ours, best] = [figures(scores, rows), figures(oracle, rows)]
    const frauds = rows.reduce((sum, { fraud }) => sum + fraud, 0)
    const whose =
      process.env['ATALAYA_BENCH_MODELS'] === undefined ? 'bundled model' : 'model of ATALAYA_BENCH_MODELS'
    return {
      'simulator.oracle.ap': {
        ours: ours.ap,
        reference: {
          name: "the generator's own probability",
          value: best.ap,
        },
        note: `${whose} on ${rows.length.toLocaleString('en-US')} payments of an unseen world, ${frauds} frauds; without the luck of the labels ${(ours.expectedAp / best.expectedAp).toFixed(3)}`,
      },
    }
  } finally {
    await model.close()
  }
}

/** How much of the attainable average precision the bundled model, or that of `ATALAYA_BENCH_MODELS`, reaches. */
export const oracleRow: RowGroup = { ids: ['simulator.oracle.ap'], measure }
