/** The kinds of things whose past is remembered. */
export const ENTITY_KINDS = ['account', 'card', 'device', 'visitor', 'ip', 'seller'] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

/** Pseudonyms of the entities of one payment. */
export type EntityKeys = { readonly [K in EntityKind]?: string }
