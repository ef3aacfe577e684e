import type { ConsentMode } from './contract/claims.ts'

export const CONSENT_FAULT = 'wrong consent'

/** Whether `value` names a consent mode. */
export function isConsentMode(value: unknown): value is ConsentMode {
  return ['off', 'essential', 'full'].includes(value as ConsentMode)
}

/**
 * The consent mode in force. Global Privacy Control holds `full` down to `essential`: no fingerprint, no lasting key,
 * no device or behaviour detail. It is recorded in the token and is no sign of risk.
 */
export function effectiveConsent(asked: ConsentMode, gpc: boolean): ConsentMode {
  return gpc && asked === 'full' ? 'essential' : asked
}
