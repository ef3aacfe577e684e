import type { ConsentMode } from './contract/claims.ts'

export const CONSENT_FAULT = 'consent is not off, essential or full'

/** Whether `value` names a consent mode. */
export function isConsentMode(value: unknown): value is ConsentMode {
  return ['off', 'essential', 'full'].some(mode => mode === value)
}

/**
 * The consent mode in force. Global Privacy Control holds `full` down to `essential`: no fingerprint, no lasting key,
 * no device or behaviour detail. It is recorded in the token and is no sign of risk.
 */
export function effectiveConsent(asked: ConsentMode, gpc: boolean): ConsentMode {
  return gpc && asked === 'full' ? 'essential' : asked
}
