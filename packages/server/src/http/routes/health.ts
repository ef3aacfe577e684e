import type { Registry } from 'prom-client'
import { type Handler, json } from '../exchange.ts'

/** `GET /healthz`: the process answers. */
export const healthHandler: Handler = () => json({ status: 'ok' })

/** Whether traffic should be sent here; a failing store is tried again at least once a minute. */
export const READINESS = ['ready', 'closing', 'store_failing'] as const
export type Readiness = (typeof READINESS)[number]

/** `GET /readyz`: whether traffic should be sent here, and what is missing though it may. */
export function readinessHandler(readiness: () => Readiness, degraded: readonly string[]): Handler {
  return () => {
    const status = readiness()
    return json({ status, degraded }, status === 'ready' ? 200 : 503)
  }
}

/** `GET /metrics`: for Prometheus. */
export function metricsHandler(registry: Registry): Handler {
  return async () => ({
    status: 200,
    headers: { 'content-type': registry.contentType },
    body: await registry.metrics(),
  })
}
