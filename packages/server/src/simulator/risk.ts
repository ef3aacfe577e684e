/**
 * Probability that a payment is fraud, by kind of episode: the whole of what labels are drawn from.
 *
 * Every attack has a legitimate twin that looks like it in the order's own columns (and often in one of history or
 * session), so the kind is only recognised from order, history and session together; what stays between 0 and 1 here
 * cannot be learnt by anybody and sets the attainable average precision.
 */
export const RISK = {
  /** Card payments of ordinary shoppers: friendly fraud and lost cards that nothing announces. */
  shopping: 0.0005,
  /** Payments that cannot be charged back by a card holder. */
  withoutCard: 0.0001,
  gift: 0.0015,
  travel: 0.002,
  newcomer: 0.001,
  /** A second account of the same person. */
  coupon: 0.002,
  cardTrouble: 0.008,
  cybercafe: 0.002,
  kiosk: 0.002,
  reseller: 0.002,
  /** A new telephone, a new home, new contacts: the honest twin of account takeover. */
  newCircumstances: 0.003,
  /** Who gives money back to whom is a matter of luck: the honest twin of friendly fraud. */
  unluckyShopper: 0.008,
  /** Buyers of a new seller with a promotion: the honest twin of collusion. */
  promotion: 0.002,
  sale: 0.001,
  /** Bots that try lists of cards; what is left over are charges whose holder never looked. */
  cardTestingBot: 0.88,
  /** The same by hand. */
  cardTestingManual: 0.66,
  deviceRing: 0.72,
  /** Stolen cards used by somebody who wants goods to sell at once, or who hides among ordinary baskets. */
  stolenCardBold: 0.56,
  stolenCardTimid: 0.36,
  /** Somebody else in a shopper's account; what is left over, the owner forgot or took for a relative's. */
  accountTakeover: 0.68,
  /** The orders with which a friendly fraudster earns trust, and those disputed though they arrived. */
  friendlyGroundwork: 0.003,
  friendlyFraud: 0.34,
  /** Stolen cards paid to a seller who is in it; those whose holders never looked are left over. */
  sellerCollusion: 0.74,
} as const

/** Kinds whose labels come later, good and bad alike: attack and twin together. */
export const LATE_KINDS: ReadonlySet<string> = new Set([
  'friendly_groundwork',
  'friendly_fraud',
  'unlucky_shopper',
])
