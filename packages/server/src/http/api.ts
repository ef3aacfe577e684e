import type { Metrics } from '../monitoring/index.ts'
import type { Sites } from '../sites/index.ts'
import { allowedOrigins, preflight } from './cors.ts'
import { json } from './exchange.ts'
import { FollowUpRecorder } from './follow-ups/recorder.ts'
import { openApiDocument } from './openapi.ts'
import type { Route } from './router.ts'
import { challengeHandler } from './routes/challenge.ts'
import { decisionHandler, decisionsHandler } from './routes/decisions.ts'
import { eventsHandler, labelsHandler } from './routes/follow-ups.ts'
import { healthHandler, metricsHandler, type Readiness, readinessHandler } from './routes/health.ts'
import { siteverifyHandler } from './routes/siteverify.ts'
import { verifyHandler } from './routes/verify.ts'
import { deliveriesHandler, replayHandler } from './routes/webhooks.ts'
import { type SdkFiles, sdkRoutes } from './sdk-files.ts'
import type { PipelineParts } from './verify/pipeline.ts'

export const CHALLENGE_PATH = '/v1/challenge'
export const VERIFY_PATH = '/v1/verify'

/** Addresses that are served before Express: it costs more than the whole decision. */
export const HOT_PATHS: ReadonlySet<string> = new Set([CHALLENGE_PATH, VERIFY_PATH])

export interface ApiParts {
  readonly sites: Sites
  readonly metrics: Metrics
  readonly readiness: () => Readiness
  readonly sdk: SdkFiles
  readonly pipeline: PipelineParts
  /** Says that there are new messages to webhooks. */
  readonly wakeDispatcher: () => void
}

/** Every address of the API. */
export function apiRoutes({ sites, metrics, readiness, sdk, pipeline, wakeDispatcher }: ApiParts): Route[] {
  const { engine, ownPages, nonceKey, store } = pipeline
  const isAllowed = allowedOrigins(sites, ownPages)
  const recorder = new FollowUpRecorder(pipeline)
  const document = json(openApiDocument(sdk.version))
  const challenge = challengeHandler({
    ...{ sites, nonceKey, ownPages },
    prescoreModelId: engine.versions.prescore,
  })
  return [
    { method: 'POST', path: CHALLENGE_PATH, handler: challenge, limited: true },
    { method: 'OPTIONS', path: CHALLENGE_PATH, handler: request => preflight(request, isAllowed) },
    { method: 'POST', path: VERIFY_PATH, handler: verifyHandler(sites, pipeline), limited: true },
    { method: 'POST', path: '/v1/siteverify', handler: siteverifyHandler(sites, pipeline), limited: true },
    { method: 'POST', path: '/v1/events', handler: eventsHandler(sites, recorder), limited: true },
    { method: 'POST', path: '/v1/labels', handler: labelsHandler(sites, recorder), limited: true },
    {
      method: 'GET',
      path: '/v1/decisions',
      handler: decisionsHandler(sites, store.reader),
      limited: true,
    },
    {
      method: 'GET',
      path: '/v1/decisions/{id}',
      handler: decisionHandler(sites, store.reader),
      limited: true,
    },
    {
      method: 'GET',
      path: '/v1/webhooks/deliveries',
      handler: deliveriesHandler(sites, store),
      limited: true,
    },
    {
      method: 'POST',
      path: '/v1/webhooks/deliveries/{id}/replay',
      handler: replayHandler(sites, store, wakeDispatcher),
      limited: true,
    },
    { method: 'GET', path: '/healthz', handler: healthHandler },
    { method: 'GET', path: '/readyz', handler: readinessHandler(readiness, engine.degraded) },
    { method: 'GET', path: '/metrics', handler: metricsHandler(metrics.registry) },
    { method: 'GET', path: '/openapi.json', handler: () => document },
    ...sdkRoutes(sdk, engine.prescoreModels),
  ]
}
