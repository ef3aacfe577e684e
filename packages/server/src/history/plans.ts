import type { EntityKind } from '../events/entities.ts'
import { WINDOWS, type WindowId } from './windows.ts'

/** What is kept and told of one kind of entity: what the feature catalogue reads of it, since every view is stored. */
export interface EntityPlan {
  /** Kinds counted as distinct: the cards of an account, and so on. */
  readonly linked: readonly EntityKind[]
  /** Kinds of which the payments with the one at hand are counted: those of an account to this seller. */
  readonly pairs: readonly EntityKind[]
  /** Windows of the arrays of a view, shortest first. */
  readonly windows: readonly WindowId[]
  /** Whether a view has the sums of the windows. */
  readonly sums: boolean
  /** Whether a view has declines and fraud labels of the windows. */
  readonly outcomes: boolean
  /** Whether a view has mean and deviation of all amounts. */
  readonly amounts: boolean
}

const ALL_WINDOWS = WINDOWS.map(({ id }) => id)
const FULL = { pairs: [], windows: ALL_WINDOWS, sums: true, outcomes: true, amounts: true } as const

/** What many people share may be attacked within minutes; what one person has, over days. */
const SHARED_WINDOWS = ['10m', '1h', '24h', '30d'] as const
const PERSONAL_WINDOWS = ['24h', '30d', '90d'] as const
const PARTIAL = {
  linked: ['account', 'card'],
  pairs: [],
  sums: true,
  outcomes: true,
  amounts: false,
} as const

export const PLANS: Readonly<Record<EntityKind, EntityPlan>> = {
  account: {
    ...FULL,
    linked: ['card', 'device', 'ip', 'address'],
    pairs: ['seller', 'card', 'device', 'address', 'category', 'asn'],
  },
  card: { ...FULL, linked: ['account', 'device'] },
  device: { ...FULL, linked: ['account', 'card'] },
  visitor: { ...FULL, linked: ['account', 'card'] },
  ip: { ...FULL, linked: ['account', 'card'] },
  seller: { ...FULL, linked: ['account', 'card'] },
  bin: { ...PARTIAL, windows: SHARED_WINDOWS },
  network: { ...PARTIAL, windows: SHARED_WINDOWS },
  email: { ...PARTIAL, windows: PERSONAL_WINDOWS },
  phone: { ...PARTIAL, windows: PERSONAL_WINDOWS },
  address: { ...PARTIAL, windows: PERSONAL_WINDOWS },
  category: { linked: [], pairs: [], windows: [], sums: false, outcomes: false, amounts: true },
  asn: { ...PARTIAL, linked: [], windows: ['24h', '30d'], sums: false },
  session: { ...PARTIAL, linked: ['account', 'card', 'device'], windows: ['24h'], sums: false },
}

/** Place of a window in the arrays of a kind's views; -1 when they do not have it. */
export function windowPlace(kind: EntityKind, window: WindowId): number {
  return PLANS[kind].windows.indexOf(window)
}
