/** The kinds of things whose past is remembered. New kinds go to the end: places are part of the history's hashes. */
export const ENTITY_KINDS = [
  'account',
  'card',
  'device',
  'visitor',
  'ip',
  'seller',
  'bin',
  'network',
  'email',
  'phone',
  'address',
  'category',
  'asn',
  'session',
] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

/** Pseudonyms of the entities of one payment; they are opaque and compared as they stand. */
export type EntityKeys = { readonly [K in EntityKind]?: string }
