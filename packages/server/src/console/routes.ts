import { fileURLToPath } from 'node:url'
import express, { type Response, type Router } from 'express'
import type { Reason } from '../decide/types.ts'
import type { DecisionReader, StoredDecision } from '../store/index.ts'
import { toCaseView, toFeedEntry, type Words } from './case-view.ts'

/** What the console needs of the service it stands in. */
export interface ConsoleOptions {
  readonly reader: DecisionReader
  /** Calls back for every decision once it is stored; returns a function that stops it. */
  readonly onDecision: (listener: (stored: StoredDecision) => void) => () => void
  /** Reasons of a decision, computed on demand for those that were allowed. */
  readonly explain: (stored: StoredDecision) => Promise<readonly Reason[]>
  readonly words: Words
}

const FEED_LENGTH = 300
/** Proxies close silent connections after about a minute. */
const HEARTBEAT_MS = 20_000
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const assets = folder('../../assets/console')
/** The application is bundled into `dist/`, wherever this module runs from. */
const application = folder('../../dist/console/app')

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The console under `/console`: the application, its data, and new decisions as server-sent events. */
export function consoleRoutes(options: ConsoleOptions): Router {
  const router = express.Router()
  const { reader, words } = options
  router.use((_request, response, next) => {
    response.setHeader('content-security-policy', POLICY)
    response.setHeader('cache-control', 'no-store')
    next()
  })
  router.use('/assets', express.static(assets, { index: false, cacheControl: false }))
  router.use('/app', express.static(application, { index: false, cacheControl: false }))
  router.get('/', (_request, response) =>
    response.sendFile('index.html', { root: assets, cacheControl: false }),
  )

  router.get('/api/feed', (_request, response) => {
    const stored = reader.list({ limit: FEED_LENGTH }).flatMap(summary => reader.get(summary.id) ?? [])
    response.json(stored.map(decision => toFeedEntry(decision, words)))
  })
  router.get('/api/decisions/:id', async (request, response) => {
    const stored = reader.get(request.params.id)
    if (stored) response.json(toCaseView(stored, await options.explain(stored), words))
    else sendUnknown(response, request.params.id)
  })
  router.get('/api/stream', (request, response) => {
    const stop = follow(response, options)
    request.on('close', stop)
  })
  return router
}

/** Writes every new decision to an event stream until the reader leaves. */
function follow(response: Response, { onDecision, words }: ConsoleOptions): () => void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
  response.write('retry: 2000\n\n')
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS)
  const unsubscribe = onDecision(stored => {
    response.write(
      `event: decision\nid: ${stored.id}\ndata: ${JSON.stringify(toFeedEntry(stored, words))}\n\n`,
    )
  })
  return () => {
    clearInterval(heartbeat)
    unsubscribe()
  }
}

function sendUnknown(response: Response, id: string): void {
  response
    .status(404)
    .type('application/problem+json')
    .json({
      type: 'about:blank',
      title: 'Unknown decision',
      status: 404,
      code: 'decision_unknown',
      detail: `No decision has the id ${id}. Choose one from the feed.`,
    })
}
