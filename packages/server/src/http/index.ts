export { readServiceOptions, type ServiceOptions } from './options.ts'
export { type EmbeddingOptions, type RunningService, startService } from './service.ts'
