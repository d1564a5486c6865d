/** The log of a command, on standard error: what is done and how long it takes. Silent without `--verbose`. */

export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const SILENT: Log = { debug: () => undefined };
