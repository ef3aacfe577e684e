/** How somebody moves through the shop. */
export const MANNERS = ['browsing', 'returning', 'hurried', 'scripted'] as const
export type Manner = (typeof MANNERS)[number]

/** What is usual for a manner. */
export interface Pattern {
  /** Median length of the visit in seconds and its spread (sigma of the logarithm). */
  readonly seconds: number
  readonly spread: number
  readonly checkoutSeconds: number
  readonly pages: number
  readonly impressionsPerPage: number
  readonly clicks: number
  readonly left: number
  readonly typedFields: number
  readonly autofill: number
}

/** Medians in the range that shop analytics show (minutes for people, seconds for scripts). */
export const PATTERNS: { readonly [K in Manner]: Pattern } = {
  browsing: {
    seconds: 460,
    spread: 0.75,
    checkoutSeconds: 105,
    pages: 8,
    impressionsPerPage: 5,
    clicks: 3,
    left: 0.9,
    typedFields: 6,
    autofill: 0.35,
  },
  returning: {
    seconds: 210,
    spread: 0.8,
    checkoutSeconds: 42,
    pages: 5,
    impressionsPerPage: 4,
    clicks: 1.6,
    left: 0.5,
    typedFields: 1.2,
    autofill: 0.7,
  },
  hurried: {
    seconds: 80,
    spread: 0.4,
    checkoutSeconds: 46,
    pages: 2.5,
    impressionsPerPage: 1.6,
    clicks: 0.8,
    left: 2.8,
    typedFields: 3.5,
    autofill: 0.04,
  },
  scripted: {
    seconds: 7,
    spread: 0.6,
    checkoutSeconds: 3,
    pages: 1,
    impressionsPerPage: 1,
    clicks: 0.1,
    left: 0,
    typedFields: 0,
    autofill: 0,
  },
}
