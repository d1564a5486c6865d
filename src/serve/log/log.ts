/** The log of the long-lived side: a static message, and what it is about in fields. */

type Fields = Readonly<Record<string, unknown>>;

export interface ServeLog {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

export const SILENT_LOG: ServeLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
