import { destination, type Logger, pino } from 'pino'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * Structured logs on standard error, one JSON object a line. What is logged is chosen field by field: route, status,
 * duration, error code. Bodies, headers, tokens, keys and identifiers of people are never handed over.
 */
export function createLogger(level: LogLevel): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ fd: 2, sync: true }),
  )
}

export type { Logger }
