import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { StoredDecisionSchema, StoredEnvelopeSchema } from '../decide/envelope-schema.ts'
import { ENTITY_KINDS } from '../events/entities.ts'
import { rowChecksum } from '../store/index.ts'
import type { Progress } from '../training/progress.ts'
import type { Findings } from './findings.ts'

type Row = Record<string, SQLOutputValue>
type StoredEnvelope = Static<typeof StoredEnvelopeSchema>

const envelopeCheck = Compile(StoredEnvelopeSchema)
const decisionCheck = Compile(StoredDecisionSchema)
const ROWS_PER_UPDATE = 1_000

/** What decisions name that lies elsewhere. */
export interface NamedByDecisions {
  readonly sites: ReadonlySet<string>
  readonly policies: ReadonlySet<string>
}

/**
 * Reads every decision with its arrival: both documents parse and fit, the columns beside them say the same, the
 * feature list exists and is as long, and the history was told of the same payment.
 */
export function checkDecisions(
  database: DatabaseSync,
  findings: Findings,
  progress: Progress,
): NamedByDecisions {
  const lists = new Map(
    database
      .prepare('SELECT version, names FROM feature_lists')
      .all()
      .map(row => [String(row['version']), lengthOf(row['names'])]),
  )
  for (const [version, length] of lists)
    if (length === undefined) findings.add('feature_lists', version, 'its names are no list of texts')
  const total = Number(database.prepare('SELECT count(*) AS n FROM decisions').get()?.['n'])
  progress.phase('decisions', total)
  const sites = new Set<string>()
  const policies = new Set<string>()
  let done = 0
  const rows =
    database.prepare(`SELECT d.*, a.seq AS arrival, a.kind AS arrival_kind, a.at_ms AS arrival_at_ms,
    a.amount_minor AS arrival_amount_minor, ${ENTITY_KINDS.map(kind => `a.${kind} AS key_${kind}`).join(', ')}
    FROM decisions d LEFT JOIN arrivals a ON a.seq = d.seq ORDER BY d.seq`)
  for (const row of rows.iterate()) {
    const envelope = checkRow(row, lists, what =>
      findings.add('decisions', `${row['id']} (place ${row['seq']})`, what),
    )
    sites.add(String(row['site_id']))
    if (envelope) policies.add(envelope.versions.policy)
    done += 1
    if (done % ROWS_PER_UPDATE === 0) progress.update(done)
  }
  progress.update(done)
  return { sites, policies }
}

function checkRow(
  row: Row,
  lists: ReadonlyMap<string, number | undefined>,
  fault: (what: string) => void,
): StoredEnvelope | undefined {
  const checksum = rowChecksum(String(row['envelope']), String(row['decision']))
  if (row['checksum'] !== null && row['checksum'] !== checksum)
    fault('its documents are not what was stored: their checksum is another')
  const envelope = parsed(row['envelope'])
  const decision = parsed(row['decision'])
  if (!envelopeCheck.Check(envelope)) {
    const first = envelopeCheck.Errors(envelope)[0]
    fault(`its envelope does not fit: ${first?.instancePath || 'it'} ${first?.message ?? 'is no JSON'}`)
    return undefined
  }
  if (!decisionCheck.Check(decision)) {
    const first = decisionCheck.Errors(decision)[0]
    fault(`its decision does not fit: ${first?.instancePath || 'it'} ${first?.message ?? 'is no JSON'}`)
    return envelope
  }
  const { event, versions } = envelope
  const columns = {
    ...{ site_id: event.siteId, order_id: event.id, outcome: decision.decision, score: decision.score },
    ...{ amount_minor: event.amountMinor, currency: event.currency, received_at_ms: event.receivedAtMs },
    token_status: event.session.status,
  }
  for (const [name, value] of Object.entries(columns))
    if (row[name] !== value) fault(`${name} is ${row[name]} and its documents say ${value}`)
  if (Array.isArray(decision.features)) {
    const length = lists.get(versions.features)
    if (length === undefined)
      fault(`the names of its features (catalogue ${versions.features}) are not there`)
    else if (length !== decision.features.length)
      fault(`it has ${decision.features.length} features and its catalogue ${length}`)
  }
  checkArrival(row, event, fault)
  return envelope
}

function checkArrival(row: Row, event: StoredEnvelope['event'], fault: (what: string) => void): void {
  if (row['arrival'] === null) {
    fault('its arrival is missing, which the history is rebuilt from')
    return
  }
  const keys: Readonly<Record<string, unknown>> = event.keys
  const told = {
    ...{ arrival_kind: 0, arrival_at_ms: event.atMs, arrival_amount_minor: event.siteAmountMinor },
    ...Object.fromEntries(ENTITY_KINDS.map(kind => [`key_${kind}`, keys[kind] ?? null])),
  }
  for (const [name, value] of Object.entries(told))
    if (row[name] !== value) fault(`its arrival's ${name.replace(/^(arrival|key)_/, '')} is not its event's`)
}

function parsed(text: SQLOutputValue | undefined): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

function lengthOf(names: SQLOutputValue | undefined): number | undefined {
  const list = parsed(names)
  return Array.isArray(list) && list.every(name => typeof name === 'string') ? list.length : undefined
}
