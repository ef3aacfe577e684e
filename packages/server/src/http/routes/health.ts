import type { Registry } from 'prom-client'
import { type Handler, json } from '../exchange.ts'

/** `GET /healthz`: the process answers. */
export const healthHandler: Handler = () => json({ status: 'ok' })

/** `GET /readyz`: whether traffic should be sent here, and what is missing though it may. */
export function readinessHandler(isReady: () => boolean, degraded: readonly string[]): Handler {
  return () => (isReady() ? json({ status: 'ready', degraded }) : json({ status: 'closing' }, 503))
}

/** `GET /metrics`: for Prometheus. */
export function metricsHandler(registry: Registry): Handler {
  return async () => ({
    status: 200,
    headers: { 'content-type': registry.contentType },
    body: await registry.metrics(),
  })
}
