import type { Sites } from '../sites/index.ts'
import type { DecisionStore, Delivery } from '../store/index.ts'
import { nextDelayMs } from './schedule.ts'
import { type Attempt, send } from './send.ts'
import { SIGNATURE_HEADER, signatureHeader } from './sign.ts'

const TIMEOUT_MS = 10_000
/** Messages on their way at once, in all and to one endpoint: a slow shop does not keep the others waiting. */
const IN_FLIGHT = 32
const IN_FLIGHT_ENDPOINT = 4
/** Due messages are looked for at least so often, also without being woken. */
const LOOK_EVERY_MS = 30_000
/** And not for each of many that come at once. */
const GATHER_MS = 20

export interface DispatcherParts {
  readonly store: DecisionStore
  readonly sites: Sites
  readonly allowPrivate: boolean
  /** Told of every attempt. */
  readonly onAttempt: (outcome: 'delivered' | 'failed' | 'dead') => void
  readonly onFault: (error: unknown) => void
}

/** Brings stored messages to the shops, at least once each. */
export interface Dispatcher {
  /** Says that there are new messages. */
  wake(): void
  /** Breaks off what is on its way, to be sent again after the next start. */
  close(): Promise<void>
}

export function startDispatcher(parts: DispatcherParts): Dispatcher {
  const { store, sites, allowPrivate, onAttempt, onFault } = parts
  const flights = new Map<string, { readonly endpointId: string; readonly done: Promise<void> }>()
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let timerAtMs = Number.POSITIVE_INFINITY

  const lookIn = (delayMs: number) => {
    const atMs = Date.now() + delayMs
    if (stop.signal.aborted || (timer && timerAtMs <= atMs)) return
    clearTimeout(timer)
    timerAtMs = atMs
    timer = setTimeout(look, delayMs).unref()
  }
  const look = () => {
    timer = undefined
    try {
      const nowMs = Date.now()
      for (const endpointId of store.reader.waitingEndpoints()) {
        // Those on their way are still waiting in the store, so as many more are asked for.
        const due = store.reader.dueDeliveries(endpointId, nowMs, 2 * IN_FLIGHT_ENDPOINT)
        for (const delivery of due) if (mayStart(delivery)) start(delivery)
      }
      const next = store.reader.nextDeliveryMs(nowMs)
      lookIn(Math.min(LOOK_EVERY_MS, next === null ? LOOK_EVERY_MS : Math.max(GATHER_MS, next - nowMs)))
    } catch (error) {
      onFault(error)
      lookIn(LOOK_EVERY_MS)
    }
  }
  const mayStart = ({ id, endpointId }: Delivery) => {
    if (flights.has(id) || flights.size >= IN_FLIGHT) return false
    let open = 0
    for (const flight of flights.values()) if (flight.endpointId === endpointId) open++
    return open < IN_FLIGHT_ENDPOINT
  }
  const start = (delivery: Delivery) => {
    const done = attempt(delivery)
      .catch(onFault)
      .finally(() => {
        flights.delete(delivery.id)
        lookIn(GATHER_MS)
      })
    flights.set(delivery.id, { endpointId: delivery.endpointId, done })
  }
  const attempt = async (delivery: Delivery) => {
    const site = sites.list().find(({ id }) => id === delivery.siteId)
    const endpoint = site?.webhooks?.find(({ id }) => id === delivery.endpointId)
    const nowMs = Date.now()
    const result: Attempt = endpoint
      ? await send(
          new URL(endpoint.url),
          delivery.body,
          {
            'content-type': 'application/json',
            'user-agent': 'Atalaya-Webhooks/1',
            'atalaya-delivery': delivery.id,
            [SIGNATURE_HEADER]: signatureHeader(delivery.body, endpoint.secrets, nowMs),
          },
          { allowPrivate, timeoutMs: TIMEOUT_MS, signal: stop.signal },
        )
      : { status: null, error: 'endpoint_removed' }
    if (result.error === 'interrupted') return
    const attempts = delivery.attempts + 1
    const delayMs = result.error === null || !endpoint ? null : nextDelayMs(attempts, Math.random())
    const state = result.error === null ? 'delivered' : delayMs === null ? 'dead' : 'waiting'
    await store.commitDelivery({
      ...{ id: delivery.id, state, attempts },
      nextAtMs: delayMs === null ? null : Date.now() + delayMs,
      ...{ lastStatus: result.status, lastError: result.error, lastAtMs: nowMs },
    })
    onAttempt(state === 'waiting' ? 'failed' : state)
  }

  lookIn(0)
  return {
    wake: () => lookIn(GATHER_MS),
    close: async () => {
      stop.abort()
      clearTimeout(timer)
      await Promise.all([...flights.values()].map(({ done }) => done))
    },
  }
}
