/**
 * How far an attack has gone in looking like everybody else, each a share from 0 (as it began) to 1.
 *
 * @property agedAccounts accounts bought with an age instead of made for the purpose
 * @property freshAddresses orders through a home address never seen before (residential proxies)
 * @property calm visits played without hurry and without a pasted card
 */
export interface Style {
  readonly agedAccounts: number
  readonly freshAddresses: number
  readonly calm: number
}

/** Attacks as their files describe them. */
export const NATURAL: Style = { agedAccounts: 0, freshAddresses: 0, calm: 0 }
