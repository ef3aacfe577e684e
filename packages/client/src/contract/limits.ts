/** The longest token in bytes that the SDK makes and the service reads. */
export const MAX_TOKEN_BYTES = 2048
/** The longest life of a token, from `iat` to `exp`. */
export const MAX_TOKEN_LIFE_S = 300
/** How long a challenge nonce may be used after its issue. */
export const NONCE_LIFE_MS = 600_000
/** JOSE header `typ` of a behaviour token. */
export const TOKEN_TYPE = 'behavior+jwt'
/** Longest session id, action and order id in characters. */
export const MAX_ID_LENGTH = 128
