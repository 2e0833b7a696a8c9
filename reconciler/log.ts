import { pino } from 'pino'

/** Structured logs: a constant message, what varies as fields. One JSON object a line on stdout. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogOptions {
  readonly level: LogLevel
  /** Values that must not appear in any line, whatever carried them there. Asked anew for each line: tokens rotate. */
  readonly secrets: () => readonly string[]
}

const JWT = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g
const REDACTED = '[redacted]'

/** A log that replaces known secrets, and anything of a JWT's shape, in every field, error and message. */
export function startLog({ level, secrets }: LogOptions): Log {
  const write = (line: string): void => {
    process.stdout.write(redact(line, secrets()))
  }
  const logger = pino(
    {
      level,
      base: null,
      errorKey: 'error',
      serializers: { error: describeError },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}

/** JSON line in, JSON line out. A secret is searched for as JSON writes it, and as JSON inside a string of JSON does. */
export function redact(line: string, secrets: readonly string[]): string {
  let redacted = line.replaceAll(JWT, REDACTED)
  for (const secret of secrets) {
    if (secret.length < 4) continue
    const written = inJson(secret)
    redacted = redacted.replaceAll(inJson(written), REDACTED).replaceAll(written, REDACTED)
  }
  return redacted
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack } = error
  const code = (error as { code?: unknown }).code
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {}
  return { name, message, ...(code === undefined ? {} : { code }), ...cause, ...(code === undefined ? { stack } : {}) }
}
