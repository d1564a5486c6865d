/**
 * Opens the log of the long-lived side: lines of JSON by pino, to standard error or to a file of bounded size. Every line
 * is masked as a whole, so that no field brings a secret along.
 */
import { fstatSync, ftruncateSync } from 'node:fs';
import type { Logger } from 'pino';
import type { LogRule } from '../../model/notification.ts';
import { safeJson, safeText } from '../../report/safe-text.ts';
import { LogFile } from './log-file.ts';
import type { ServeLog } from './log.ts';

const MOST_STDERR = 1024 * 1024;

export interface OpenLogOptions extends Pick<LogRule, 'level' | 'max_size' | 'keep'> {
  /** Absolute; `null` for standard error. */
  readonly path: string | null;
  readonly mask: (text: string) => string;
}

export interface OpenedLog extends AsyncDisposable {
  readonly log: ServeLog;
  /** The same one, for libraries that log by pino. */
  readonly pino: Logger;
  /** For SIGHUP. */
  reopen(): void;
}

export async function openServeLog(options: OpenLogOptions): Promise<OpenedLog> {
  const { pino } = await import('pino');
  const file = options.path === null ? null : logFile(options.path, options);
  if (file !== null) boundStderr();
  const stderr = pino.destination({ fd: 2, sync: true });
  // A standard error that nobody reads any more ends no daemon.
  stderr.on('error', () => undefined);
  const write = (line: string): void => {
    const safe = `${safeJson(options.mask(line).trimEnd())}\n`;
    if (file === null) stderr.write(safe);
    else file.write(safe);
  };
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  );
  return {
    log: logger,
    pino: logger,
    reopen: () => file?.reopen(),
    async [Symbol.asyncDispose]() {
      await file?.[Symbol.asyncDispose]();
    },
  };
}

/** A service manager may keep standard error in a file that nobody rotates. */
function boundStderr(): void {
  try {
    const found = fstatSync(2);
    if (found.isFile() && found.size > MOST_STDERR) ftruncateSync(2);
  } catch {
    // There is none, or it is nothing that can be cut.
  }
}

function logFile(path: string, { max_size: maxSize, keep }: OpenLogOptions): LogFile {
  return new LogFile(path, {
    maxSize,
    keep,
    onTrouble: (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      process.stderr.write(`${safeText(`trueup: the log ${path} cannot be written: ${reason}`)}\n`);
    },
    lostLine: (count) => {
      const line = {
        level: 'warn',
        time: new Date().toISOString(),
        lines: count,
        msg: 'lines of this log are missing',
      };
      return `${JSON.stringify(line)}\n`;
    },
  });
}
