import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import express, { type Express } from 'express'
import { type AuditLog, openAuditLog } from '../audit/index.ts'
import { pseudonymiser } from '../base/pseudonym.ts'
import { named, type Reason } from '../decide/index.ts'
import { openIpData } from '../ipdata/index.ts'
import { createLogger, createMetrics, type Logger } from '../monitoring/index.ts'
import {
  type CreatedSite,
  openSecrets,
  openSites,
  prepareDataFolder,
  type Sites,
  watchSites,
} from '../sites/index.ts'
import { keepSnapshots, readSnapshotFile, rebuildState } from '../state/index.ts'
import { type DecisionReader, openSqliteStore, type StoredDecision } from '../store/index.ts'
import { createSignatureVerifier } from '../token/signature.ts'
import { deliveriesFor, startDispatcher } from '../webhooks/index.ts'
import { createAdapter } from './adapter.ts'
import { apiRoutes, CHALLENGE_PATH, HOT_PATHS } from './api.ts'
import { allowedOrigins, corsHeaders } from './cors.ts'
import { openDoor, ownOrigins, urlHost } from './door.ts'
import { expressApp } from './express-app.ts'
import { loadJudgement } from './judgement.ts'
import { watchLoopDelay } from './loop-delay.ts'
import type { ServiceOptions } from './options.ts'
import { openPolicy } from './policy-file.ts'
import { createRouter } from './router.ts'
import type { Readiness } from './routes/health.ts'
import { readSdkFiles } from './sdk-files.ts'
import { startShadow } from './shadow.ts'
import { watchStore } from './watch-store.ts'

const PURGE_INTERVAL_MS = 60_000
/** With the closing of the store after it this stays below the 10 s that supervisors usually wait. */
const DRAIN_LIMIT_MS = 9_000

/** What a program adds to the options when it runs the service inside itself. */
export interface EmbeddingOptions {
  /** Pages mounted on `app` may ask for tokens: the service's own origins count as origins of every site. */
  readonly servesPages?: boolean
  /** Routes before Express for the two hot addresses; `false` sends everything through Express. */
  readonly hotPath?: boolean
  readonly logger?: Logger
}

export interface RunningService {
  /** For example `http://127.0.0.1:8787`. */
  readonly url: string
  readonly port: number
  readonly server: Server
  /** Pages can be mounted here at any time; the API's own addresses come first, "not found" comes after. */
  readonly app: Express
  readonly sites: Sites
  /** The site made at this start with its secret key, the only time it is shown; null at later starts. */
  readonly firstSite: CreatedSite | null
  readonly reader: DecisionReader
  /** Parts that are missing, for example "model". */
  readonly degraded: readonly string[]
  /** What raised and lowered the risk of a decision, in full and also of one that was allowed. */
  explain(stored: StoredDecision): Promise<readonly Reason[]>
  /** Calls back for every decision once it is durable. @returns ends it */
  onDecision(listener: (stored: StoredDecision) => void): () => void
  /** Readiness turns first, then what is in flight is answered and committed; at most 10 s. */
  close(): Promise<void>
}

/**
 * Starts the verification service.
 *
 * @throws {AtalayaError} `port_in_use`, `address_unusable`, `data_folder_unwritable`, `data_folder_in_use`,
 *   `store_corrupt`, `file_invalid`, ...: nothing is left running
 */
export async function startService(
  options: ServiceOptions,
  { servesPages = false, hotPath = true, logger = createLogger(options.logLevel) }: EmbeddingOptions = {},
): Promise<RunningService> {
  const undo: (() => Promise<unknown> | unknown)[] = []
  try {
    return await start(options, { servesPages, hotPath, logger }, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

async function start(
  options: ServiceOptions,
  { servesPages, hotPath, logger }: Required<EmbeddingOptions>,
  undo: (() => Promise<unknown> | unknown)[],
): Promise<RunningService> {
  // The port comes first: when it is taken, nothing has been written yet.
  const door = await openDoor(options.host, options.port)
  undo.push(() => door.close())
  const audiences = new Set(
    options.publicOrigins.length > 0 ? options.publicOrigins : ownOrigins(options.host, door.port),
  )
  const ownPages = servesPages ? audiences : new Set<string>()

  prepareDataFolder(options.dataDir)
  const metrics = createMetrics()
  const store = await openSqliteStore(options.dataDir, { onCommit: metrics.committed })
  undo.push(() => store.close())
  const audit = openAuditLog(options.dataDir)
  undo.push(() => audit.close())
  const sites = openSites(options.dataDir, change => audit.append({ actor: 'service', ...change }))
  const known = sites.list()
  const policy = openPolicy(
    options.dataDir,
    (known.length > 0 ? known : [options.site]).map(({ currency }) => currency),
  )
  const [engine, ipData] = await Promise.all([loadJudgement(options.modelDir, policy), openIpData()])
  undo.push(() => engine.close())
  for (const concern of engine.concerns) logger.warn(concern)
  const secrets = openSecrets(options.dataDir)
  const state = await rebuildState(
    store.reader,
    secrets.historyKey,
    Date.now(),
    readSnapshotFile(options.dataDir),
  )
  const snapshots = keepSnapshots({
    folder: options.dataDir,
    historyKey: secrets.historyKey,
    seq: state.restoredSeq,
    onFault: error => logger.warn({ err: error }, 'no snapshot was written: the next start takes longer'),
  })
  const stopWatching = watchSites(sites, error =>
    logger.error({ err: error }, 'the sites were changed and cannot be read: what was in force stays'),
  )
  undo.push(stopWatching)
  const firstSite =
    known.length === 0 ? sites.add({ ...options.site, origins: [...options.site.origins] }) : null

  const listeners = new Set<(stored: StoredDecision) => void>()
  const shadow = engine.challenger
    ? startShadow({ challenger: engine.challenger, folder: options.dataDir, metrics, logger })
    : null
  if (shadow) listeners.add(shadow.observe)
  let readiness: Readiness = 'ready'
  const watched = watchStore(store, state, {
    onWorks: works => {
      if (readiness === 'closing') return
      readiness = works ? 'ready' : 'store_failing'
      if (works) logger.info('the store works again')
      else logger.error('the store fails: nothing is taken in until it works again')
    },
    onMessages: () => dispatcher.wake(),
    mend: () => state.mend(readSnapshotFile(options.dataDir)),
    onFault: error => logger.error({ err: error }, 'the history could not be built again'),
  })
  const dispatcher = startDispatcher({
    ...{ store: watched, sites, allowPrivate: options.webhookNetworks === 'any' },
    onAttempt: metrics.webhookTried,
    onFault: error => logger.error({ err: error }, 'webhook messages could not be brought on'),
  })
  undo.push(() => dispatcher.close())
  const routes = apiRoutes({
    wakeDispatcher: dispatcher.wake,
    sites,
    metrics,
    readiness: () => readiness,
    sdk: readSdkFiles(),
    pipeline: {
      ...{ engine, state, store: watched, metrics, logger, audiences, ownPages },
      nonceKey: secrets.nonceKey,
      signatures: createSignatureVerifier(),
      pseudonymise: pseudonymiser(secrets.pseudonymKey),
      lookupIp: ipData.lookup,
      deliveriesFor: (site, type, data) => deliveriesFor(site, type, data, Date.now()),
      onStored: judged => {
        if (listeners.size === 0) return
        const stored = { ...judged, decision: named(judged.decision) }
        for (const listener of listeners) tell(listener, stored, logger)
      },
    },
  })
  const find = createRouter(routes)
  const isAllowed = allowedOrigins(sites, ownPages)
  const loopDelay = watchLoopDelay()
  undo.push(() => loopDelay.stop())
  const adapter = createAdapter({
    metrics,
    logger,
    maxInFlight: options.maxInFlight,
    loopDelayMs: loopDelay.delayMs,
    alwaysHeaders: (route, request) =>
      route === CHALLENGE_PATH ? corsHeaders(request.headers.origin, isAllowed) : {},
  })
  const app = express().disable('x-powered-by')
  const outer = expressApp(adapter, find, app)
  door.serve((request, response) => {
    const found =
      hotPath && HOT_PATHS.has(request.url ?? '') ? find(request.method ?? '', request.url ?? '') : undefined
    if (found) void adapter.answer(request, response, found)
    else outer(request, response)
  })

  const purge = () => {
    const nowMs = Date.now()
    state.singleUse.purge(nowMs)
    state.forgetIdle()
    snapshots.refresh(state.settledSeq())
    signAudit(audit, logger)
    watched
      .purge(nowMs)
      .catch((error: unknown) => logger.error({ err: error }, 'expired rows were not deleted'))
  }
  const purging = setInterval(purge, PURGE_INTERVAL_MS).unref()
  audit.append({
    ...{ actor: 'service', action: 'service.started', subject: 'service' },
    after: { versions: engine.versions, degraded: engine.degraded },
  })
  logger.info({ port: door.port, decisions: store.reader.count(), degraded: engine.degraded }, 'ready')

  let closing: Promise<void> | undefined
  const close = async () => {
    const startMs = performance.now()
    readiness = 'closing'
    logger.info('closing')
    await delay(options.drainDelayMs)
    clearInterval(purging)
    loopDelay.stop()
    stopWatching()
    await dispatcher.close()
    adapter.closeConnections()
    await door.drain(adapter.idle(), DRAIN_LIMIT_MS - options.drainDelayMs)
    await snapshots.finish(state.settledSeq(), Math.max(0, startMs + DRAIN_LIMIT_MS - performance.now()))
    await watched.close()
    await shadow?.finish()
    await engine.close()
    audit.append({ actor: 'service', action: 'service.stopped', subject: 'service' })
    audit.checkpoint()
    audit.close()
    logger.info('closed')
  }
  return {
    url: options.publicOrigins[0] ?? `http://${urlHost(options.host)}:${door.port}`,
    port: door.port,
    server: door.server,
    app,
    sites,
    firstSite,
    reader: store.reader,
    degraded: engine.degraded,
    explain: stored => engine.explain(stored.envelope),
    onDecision: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** A listener's fault is its own: the decision is stored and goes to the merchant all the same. */
function tell(listener: (stored: StoredDecision) => void, stored: StoredDecision, logger: Logger): void {
  try {
    listener(stored)
  } catch (error) {
    logger.error({ err: error }, 'a listener to decisions failed')
  }
}

/** A log that cannot be signed now is signed later: it costs no decision. */
function signAudit(audit: AuditLog, logger: Logger): void {
  try {
    audit.checkpoint()
  } catch (error) {
    logger.error({ err: error }, 'the audit log could not be signed')
  }
}
