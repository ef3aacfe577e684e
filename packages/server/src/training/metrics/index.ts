export { bootstrap } from './bootstrap.ts'
export {
  brierScore,
  CALIBRATION_BINS,
  expectedCalibrationError,
  type ReliabilityBin,
  reliability,
} from './probability.ts'
export { profitByRow, realisedProfitMinor, weightedMean } from './profit.ts'
export {
  averagePrecision,
  bestF1Threshold,
  type CurvePoint,
  curve,
  recallAtCapacity,
  rocAuc,
} from './ranked.ts'
export { type Ranking, rank, type Scored, type Weights } from './ranking.ts'
export { type AtThreshold, atThreshold } from './threshold.ts'
