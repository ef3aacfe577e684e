import { SIGNALS } from '@atalaya/client/contract'
import { TransactionSchema } from '../../events/transaction.ts'

/** How the text of a column becomes a value. */
export type FieldKind = 'text' | 'integer' | 'number' | 'boolean' | 'money' | 'time'

/** A place of the canonical record that a column can fill, by its path. */
export interface Field {
  readonly path: string
  readonly kind: FieldKind
}

/** A row holds one item, as its path says; payments of many items come as NDJSON histories. */
const ITEM = 'transaction.item'

interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly patternProperties?: unknown
}

/** Its declaration is JSON Schema; as data it is read without TypeScript's view of it. */
const TRANSACTION = JSON.parse(JSON.stringify(TransactionSchema)) as SchemaNode

function* leaves(path: string, schema: SchemaNode): Generator<Field> {
  if (schema.patternProperties) return
  if (schema.properties) {
    for (const [name, inner] of Object.entries(schema.properties)) yield* leaves(`${path}.${name}`, inner)
  } else if (schema.type === 'array' && schema.items) yield* leaves(ITEM, schema.items)
  else yield { path, kind: kindOf(path, schema.type) }
}

function kindOf(path: string, type: string | undefined): FieldKind {
  if (path.endsWith('AtMs')) return 'time'
  if (path.endsWith('Minor')) return 'money'
  if (type === 'integer' || type === 'number' || type === 'boolean') return type
  return 'text'
}

/** Every field a column can be mapped to; `transaction.metadata.<key>` besides. */
export const FIELDS: ReadonlyMap<string, Field> = new Map(
  [
    ...leaves('transaction', TRANSACTION),
    { path: 'receivedAtMs', kind: 'time' } as const,
    { path: 'declinedAtMs', kind: 'time' } as const,
    { path: 'siteId', kind: 'text' } as const,
    { path: 'action', kind: 'text' } as const,
    { path: 'deviceThumbprint', kind: 'text' } as const,
    { path: 'visitorId', kind: 'text' } as const,
    { path: 'sessionId', kind: 'text' } as const,
    { path: 'remoteIp', kind: 'text' } as const,
    ...SIGNALS.map(([name]) => ({ path: `signals.${name}`, kind: 'number' }) as const),
  ].map(field => [field.path, field]),
)

const METADATA = /^transaction\.metadata\.[A-Za-z0-9_.-]{1,64}$/

/** The field of a path, or `undefined` when the record has no such place. */
export function fieldOf(path: string): Field | undefined {
  return FIELDS.get(path) ?? (METADATA.test(path) ? { path, kind: 'text' } : undefined)
}
