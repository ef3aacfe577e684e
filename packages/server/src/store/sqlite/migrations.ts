import type { DatabaseSync } from 'node:sqlite'
import { AtalayaError } from '../../base/errors.ts'

/**
 * The schema, one step after the other; `user_version` is the number of steps done. A step that was published is
 * never changed.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    site_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    score REAL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    token_status TEXT NOT NULL,
    token_detail TEXT,
    envelope TEXT NOT NULL,
    decision TEXT NOT NULL
  ) STRICT;

  -- What the velocity history is rebuilt from. Apart from the decisions, because their wide rows would have to be
  -- read along: a million of these take a second, a million envelopes a minute.
  CREATE TABLE arrivals (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    account TEXT,
    card TEXT,
    device TEXT,
    visitor TEXT,
    ip TEXT,
    seller TEXT
  ) STRICT;

  CREATE TABLE used_tokens (
    nonce_id TEXT PRIMARY KEY,
    jti TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX used_tokens_expiry ON used_tokens (expires_at_ms);

  CREATE TABLE kept_answers (
    site_id TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (site_id, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX kept_answers_expiry ON kept_answers (expires_at_ms);
  `,
  `
  -- Of one shop nearly every order id is another, so the index needs no site.
  CREATE INDEX decisions_order ON decisions (order_id);

  -- 0 payment, 1 decline, 2 fraud label: one table, so that one scan repeats them in their order.
  ALTER TABLE arrivals ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY,
    site_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    reason TEXT,
    occurred_at_ms INTEGER
  ) STRICT;
  CREATE INDEX outcomes_order ON outcomes (order_id);

  CREATE TABLE labels (
    seq INTEGER PRIMARY KEY,
    site_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    fraud INTEGER NOT NULL,
    source TEXT NOT NULL,
    state TEXT,
    observed_at_ms INTEGER,
    effective_at_ms INTEGER
  ) STRICT;
  CREATE INDEX labels_order ON labels (order_id);
  `,
  `
  -- Lists of one outcome: denials are rare, and without it finding fifty of them reads every decision.
  CREATE INDEX decisions_outcome ON decisions (site_id, outcome);

  -- Messages to shops: written with what they tell of, so none is lost and none is made up.
  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    site_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at_ms INTEGER,
    last_status INTEGER,
    last_error TEXT,
    last_at_ms INTEGER
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at_ms) WHERE state = 'waiting';
  CREATE INDEX deliveries_old ON deliveries (state, created_at_ms) WHERE state <> 'waiting';
  `,
  `
  ALTER TABLE arrivals ADD COLUMN bin TEXT;
  ALTER TABLE arrivals ADD COLUMN network TEXT;
  ALTER TABLE arrivals ADD COLUMN email TEXT;
  ALTER TABLE arrivals ADD COLUMN phone TEXT;
  ALTER TABLE arrivals ADD COLUMN address TEXT;
  ALTER TABLE arrivals ADD COLUMN category TEXT;
  ALTER TABLE arrivals ADD COLUMN asn TEXT;
  ALTER TABLE arrivals ADD COLUMN session TEXT;
  `,
  `
  -- Names of the features in the order in which decisions of a catalogue hold their values.
  CREATE TABLE feature_lists (version TEXT PRIMARY KEY, names TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- CRC-32 of envelope and decision; decisions of before have none.
  ALTER TABLE decisions ADD COLUMN checksum INTEGER;
  `,
  `
  -- Ordered by when they end: what is used now lies together, where by their random ids each row would write a page of
  -- its own, and what is past lies at the front. A nonce carries its end, so it is unique as it was.
  CREATE TABLE tokens_by_end (
    expires_at_ms INTEGER NOT NULL,
    nonce_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    PRIMARY KEY (expires_at_ms, nonce_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tokens_by_end SELECT expires_at_ms, nonce_id, jti FROM used_tokens;
  DROP TABLE used_tokens;
  ALTER TABLE tokens_by_end RENAME TO used_tokens;
  `,
]

/** Brings a database to the schema of this build, each step whole or not at all. */
export function migrate(database: DatabaseSync): void {
  const done = schemaVersion(database)
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < done) continue
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}

/**
 * Holds a database that is only read to the schema of this build.
 *
 * @throws {AtalayaError} `store_too_new`, `store_too_old`
 */
export function requireSchema(database: DatabaseSync): void {
  const version = schemaVersion(database)
  if (version === MIGRATIONS.length) return
  throw new AtalayaError(
    'store_too_old',
    `the store has schema ${version}, this build reads ${MIGRATIONS.length}`,
    'Start this build of the service on it once; that brings it up to date.',
  )
}

/**
 * Number of schema steps a database has seen.
 *
 * @throws {AtalayaError} `store_too_new` when a later build wrote it
 */
export function schemaVersion(database: DatabaseSync): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version <= MIGRATIONS.length) return version
  throw new AtalayaError(
    'store_too_new',
    `the store has schema ${version}, this build knows ${MIGRATIONS.length}`,
    'Run the newer version of Atalaya that wrote it.',
  )
}
