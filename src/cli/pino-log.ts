/** A pino log on standard error. A module of its own, so that only `--verbose` loads pino. */
import { pino } from 'pino';
import type { Log } from './log.ts';

export function pinoLog(): Log {
  const stderr = pino.destination({ fd: 2, sync: true });
  const logger = pino({ level: 'debug', base: null, timestamp: pino.stdTimeFunctions.isoTime }, stderr);
  return { debug: (fields, message) => logger.debug(fields, message) };
}
