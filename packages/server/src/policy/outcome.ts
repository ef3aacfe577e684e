/** What a payment can be answered with, mildest first. */
export const DECISIONS = ['allow', 'challenge', 'review', 'deny'] as const
export type Outcome = (typeof DECISIONS)[number]

/** 0 for allow up to 3 for deny. */
export function severity(outcome: Outcome): number {
  return DECISIONS.indexOf(outcome)
}
