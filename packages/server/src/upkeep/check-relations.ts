import type { DatabaseSync } from 'node:sqlite'
import { ENTITY_KINDS } from '../events/entities.ts'
import { DELIVERY_STATES } from '../store/index.ts'
import type { Progress } from '../training/progress.ts'
import type { Findings } from './findings.ts'

const MARK_OF_OTHERS = ENTITY_KINDS.map(kind => `m.${kind} IS NOT p.${kind}`).join(' OR ')

/** Laws of the store's tables: each finds the rows that break it, by the name of the row. */
const LAWS: readonly { readonly part: string; readonly what: string; readonly sql: string }[] = [
  {
    part: 'arrivals',
    what: 'it belongs to no decision, decline or fraud label of its place',
    sql: `SELECT a.seq AS row FROM arrivals a WHERE NOT (
      (a.kind = 0 AND EXISTS (SELECT 1 FROM decisions d WHERE d.seq = a.seq)) OR
      (a.kind = 1 AND EXISTS (SELECT 1 FROM outcomes o WHERE o.seq = a.seq AND o.type = 'declined')) OR
      (a.kind = 2 AND EXISTS (SELECT 1 FROM labels l WHERE l.seq = a.seq AND l.fraud = 1)))`,
  },
  {
    part: 'outcomes',
    what: 'it is a decline without its mark in the order of arrival',
    sql: `SELECT o.seq AS row FROM outcomes o WHERE o.type = 'declined'
      AND NOT EXISTS (SELECT 1 FROM arrivals a WHERE a.seq = o.seq AND a.kind = 1)`,
  },
  {
    part: 'labels',
    what: 'it is the first fraud label of its order and has no mark in the order of arrival',
    sql: `SELECT first AS row FROM (SELECT min(seq) AS first FROM labels WHERE fraud = 1 GROUP BY site_id, order_id)
      WHERE NOT EXISTS (SELECT 1 FROM arrivals a WHERE a.seq = first AND a.kind = 2)`,
  },
  {
    part: 'outcomes',
    what: 'the decision it belongs to is not there, or is of another order',
    sql: `SELECT f.seq AS row FROM outcomes f WHERE NOT EXISTS (SELECT 1 FROM decisions d
      WHERE d.id = f.decision_id AND d.site_id = f.site_id AND d.order_id = f.order_id)`,
  },
  {
    part: 'labels',
    what: 'the decision it belongs to is not there, or is of another order',
    sql: `SELECT f.seq AS row FROM labels f WHERE NOT EXISTS (SELECT 1 FROM decisions d
      WHERE d.id = f.decision_id AND d.site_id = f.site_id AND d.order_id = f.order_id)`,
  },
  {
    part: 'order of arrival',
    what: 'its place was given twice',
    sql: `SELECT seq AS row FROM (SELECT seq FROM decisions UNION ALL SELECT seq FROM outcomes
      UNION ALL SELECT seq FROM labels) GROUP BY seq HAVING count(*) > 1`,
  },
  {
    part: 'arrivals',
    what: 'it marks other entities than those of its payment',
    sql: `SELECT m.seq AS row FROM (SELECT seq, decision_id FROM outcomes UNION ALL SELECT seq, decision_id FROM labels) f
      JOIN arrivals m USING (seq) JOIN decisions d ON d.id = f.decision_id JOIN arrivals p ON p.seq = d.seq
      WHERE ${MARK_OF_OTHERS}`,
  },
  {
    part: 'used_tokens',
    what: 'its token id was used with two nonces',
    sql: 'SELECT jti AS row FROM used_tokens GROUP BY jti HAVING count(*) > 1',
  },
  {
    part: 'kept_answers',
    what: 'the answer kept under this key is no JSON',
    sql: `SELECT site_id || ' ' || key AS row FROM kept_answers WHERE NOT json_valid(answer)`,
  },
  {
    part: 'deliveries',
    what: 'its message is no JSON',
    sql: 'SELECT id AS row FROM deliveries WHERE NOT json_valid(body)',
  },
  {
    part: 'deliveries',
    what: 'its state cannot be',
    sql: `SELECT id AS row FROM deliveries WHERE state NOT IN (${DELIVERY_STATES.map(state => `'${state}'`).join(', ')})
      OR attempts < 0 OR (state = 'waiting') <> (next_at_ms IS NOT NULL)`,
  },
]

/** Holds the tables to what has to be true between them. */
export function checkRelations(database: DatabaseSync, findings: Findings, progress: Progress): void {
  progress.phase('relations', LAWS.length)
  for (const [index, { part, what, sql }] of LAWS.entries()) {
    for (const { row } of database.prepare(sql).iterate()) findings.add(part, String(row), what)
    progress.update(index + 1)
  }
}
