/** Progress on a stream: a live table on a terminal, plain lines elsewhere. Both print the same events. */
import { PlainProgress } from './plain-progress.ts';
import type { PrinterOptions, ProgressPrinter, ProgressStream } from './progress-printer.ts';

export interface ProgressOptions extends PrinterOptions {
  /** False for plain lines on a terminal too: dumb terminals, JSON output. */
  readonly live: boolean;
}

const LEAST_COLUMNS = 40;
const LEAST_ROWS = 6;

/** The printer that fits the stream. The live one is loaded only where it is used. */
export async function openProgress(stream: ProgressStream, options: ProgressOptions): Promise<ProgressPrinter> {
  const { columns = 0, rows = 0, isTTY = false } = stream;
  if (!options.live || !isTTY || columns < LEAST_COLUMNS || rows < LEAST_ROWS)
    return new PlainProgress(stream, options);
  const { LiveProgress } = await import('./live-progress.ts');
  return new LiveProgress(stream, options);
}
