/** Structured fields of a log line. No personal data: ids, codes, counts and durations. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the library logs; a pino logger fits as it is. Must not throw, whatever the fields are. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** Logs nothing: a library is silent unless asked. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
