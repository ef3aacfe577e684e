declare const __SDK_VERSION__: string
declare const __QUEUE_VERSION__: string

/** Version of the SDK, from package.json at build time. Core, worker and device pack must be of the same version. */
export const VERSION: string = typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0-source'

/**
 * Version of the queue that the stub and the core share: the part before the last dot. A stub lives in a shop's own
 * HTML, so a patch of the service must not shut it out; any larger step may.
 */
export const QUEUE_VERSION: string = typeof __QUEUE_VERSION__ === 'string' ? __QUEUE_VERSION__ : '0.0'
