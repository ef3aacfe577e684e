export { readServiceOptions, type ServiceOptions } from './options.ts'
export { type ReplayReport, type ReplayRow, replayStored } from './replay.ts'
export { type EmbeddingOptions, type RunningService, startService } from './service.ts'
