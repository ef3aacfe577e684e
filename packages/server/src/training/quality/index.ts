export { type Finding, SEVERITIES } from './finding.ts'
export { type QualityReport, refuseByGate, runGate } from './gate.ts'
export { findingLines, summaryLines, verdictOf } from './text.ts'
