import type { Goal, RowDefinition } from './result.ts'

const atMost = (value: number): Goal => ({ of: 'ours', bound: 'at most', value })
const atLeast = (value: number): Goal => ({ of: 'ours', bound: 'at least', value })
const ratioAtMost = (value: number): Goal => ({ of: 'ratio', bound: 'at most', value })
const ratioAtLeast = (value: number): Goal => ({ of: 'ratio', bound: 'at least', value })

const row = (id: string, unit: string, what: string, ...goals: Goal[]): RowDefinition => ({
  id,
  unit,
  what,
  goals,
})

/** Every row of the benchmark, in the order it is printed. Kilobytes are thousands of bytes. */
export const catalogue: readonly RowDefinition[] = [
  row('sdk.stub.br', 'B', 'script-tag stub, brotli', atMost(400)),
  row('sdk.core.br', 'B', 'stub and core, brotli', atMost(5_000)),
  row('sdk.prescore.br', 'B', 'pre-score worker with tfjs and model, brotli', atMost(16_000)),
  row('sdk.device.br', 'B', 'device pack, brotli', atMost(18_000)),
  row('sdk.total.br', 'B', 'all shipped files, brotli', atMost(38_000)),
  row('sdk.blocking.essential.4x', 'ms', 'blocking time added, essential consent, 4x slowdown', atMost(0)),
  row('sdk.blocking.full.4x', 'ms', 'blocking time added, full consent, 4x slowdown', atMost(50)),
  row('sdk.token.warm.p95.1x', 'ms', 'time to token, warm, p95', atMost(20)),
  row('sdk.token.warm.p95.4x', 'ms', 'time to token, warm, p95, 4x slowdown', atMost(60)),
  row('sdk.token.cold.p95.1x', 'ms', 'time to token, cold, p95', atMost(150)),
  row('sdk.token.cold.p95.4x', 'ms', 'time to token, cold, p95, 4x slowdown', atMost(500)),
  row('verify.throughput.1core', '1/s', 'full verify, one core', ratioAtLeast(0.9)),
  row('verify.throughput.2core', '1/s', 'full verify, two cores', ratioAtLeast(1.25)),
  row('verify.throughput.newkeys', '1/s', 'full verify, every device key new', ratioAtLeast(0.6)),
  row('verify.throughput.fastapi', '1/s', 'full verify against scoring alone in FastAPI', ratioAtLeast(2.5)),
  row('verify.p99.load70', 'ms', 'p99 latency at 70 % load', ratioAtMost(1.1), atMost(50)),
  row('verify.goodput.load150', 'share', 'goodput at 150 % load, share of capacity', atLeast(0.85)),
  row('verify.p99.load150', 'ms', 'p99 latency of what is answered at 150 % load', atMost(50)),
  row('store.durable', '1/s', 'durable decisions, 64 in flight', atLeast(10_000)),
  row('store.start', 'ms', 'ready after a restart with a million decisions', atMost(5_000)),
  row('history.memory', 'MB', 'memory of a million entities', atMost(150)),
  row('history.update', 'us', 'read and update of one entity', atMost(2)),
  row('history.error.90d', 'share', 'p99 relative error over 90 days', atMost(0.02)),
  row('model.batch1', 'us', 'score of one row', atMost(30)),
  row('model.shap', 'us', 'exact reasons of one row', ratioAtMost(1.5)),
  row('train.time', 's', 'training time', ratioAtMost(1.05)),
  row('handbook.ap', '', 'Handbook data, average precision', atLeast(0.72)),
  row('handbook.auc', '', 'Handbook data, ROC-AUC', atLeast(0.876)),
  row('handbook.cp100', '', 'Handbook data, card precision at 100', atLeast(0.305)),
  row('simulator.oracle.ap', '', 'average precision on a later month', ratioAtLeast(0.95)),
  row('simulator.rate', '1/s', 'simulated events', atLeast(3_334)),
  row('console.ready', 'ms', 'console interactive at a million decisions', atMost(1_500)),
  row('console.queue.p99', 'ms', 'queue and case API, p99, at a million decisions', atMost(100)),
  row('rules.backtest', 'ms', 'back-test of a rule over a million decisions', atMost(10_000)),
]
