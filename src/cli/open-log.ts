/** Opens the log of a command. The library behind it is loaded only when somebody asked for a log. */
import { type Log, SILENT } from './log.ts';

export async function openLog(verbose: boolean): Promise<Log> {
  if (!verbose) return SILENT;
  const { pinoLog } = await import('./pino-log.ts');
  return pinoLog();
}
