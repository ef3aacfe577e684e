import { KEY_COLUMNS, KEY_PLACES } from './key-columns.ts'

/** What the writer's thread prepares. Apart from what fills them, which knows the feature catalogue. */

export const INSERT_DECISION = `INSERT INTO decisions (seq, id, site_id, order_id, outcome, score, amount_minor,
  currency, received_at_ms, token_status, token_detail, envelope, decision, checksum)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
export const INSERT_ARRIVAL = `INSERT INTO arrivals (seq, at_ms, amount_minor, ${KEY_COLUMNS})
  VALUES (?, ?, ?, ${KEY_PLACES})`
export const INSERT_USED_TOKEN = 'INSERT INTO used_tokens (nonce_id, jti, expires_at_ms) VALUES (?, ?, ?)'
/** An expired answer under the same key gives way. */
export const INSERT_KEPT_ANSWER = `INSERT OR REPLACE INTO kept_answers (site_id, key, body_hash, answer, expires_at_ms)
  VALUES (?, ?, ?, ?, ?)`
export const INSERT_FEATURE_LIST = 'INSERT OR IGNORE INTO feature_lists (version, names) VALUES (?, ?)'
/** The last place in the order of arrival that the store holds, 0 when it is empty. */
export const LAST_SEQ = `SELECT max(coalesce((SELECT max(seq) FROM decisions), 0),
  coalesce((SELECT max(seq) FROM outcomes), 0), coalesce((SELECT max(seq) FROM labels), 0)) AS seq`
