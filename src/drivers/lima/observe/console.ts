/**
 * What a machine has written to its serial consoles since it was started, and then what its host agent complains of. Both are
 * files of Lima; a new start begins new ones.
 */
import { join } from 'node:path';
import type { LogLine, LogOptions } from '../../log-line.ts';
import { waitFor } from '../../wait.ts';
import type { Engine } from '../engine.ts';
import { logEntries } from '../limactl/failures.ts';
import { textOf } from '../marks.ts';
import { machineFiles } from '../places.ts';

const LOOK_AGAIN_MS = 500;

/** The first, PCI's and virtio's: which of them a guest writes to depends on its processor. */
const CONSOLES = ['serial.log', 'serialp.log', 'serialv.log'];

/** A terminal's own characters say nothing to a reader. */
const ESCAPES = /\u001b(\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78cM])/g;

/** Its lines; none where nothing was written. */
export async function consoleLines(engine: Engine, vm: string): Promise<readonly string[]> {
  const { folder } = machineFiles(engine, vm);
  const texts = await Promise.all(CONSOLES.map((name) => textOf(join(folder, name))));
  return texts.flatMap((text) => linesOf(text ?? ''));
}

function linesOf(text: string): readonly string[] {
  const lines = text.replace(ESCAPES, '').split(/\r*\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/^.*\r/, ''));
}

export async function* machineConsole(
  engine: Engine,
  vm: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  let seen = await allLines(engine, vm);
  yield* options.tail === undefined ? seen : seen.slice(Math.max(0, seen.length - options.tail));
  while (options.follow === true && !signal.aborted) {
    await waitFor(LOOK_AGAIN_MS, signal);
    if (signal.aborted) return;
    const now = await allLines(engine, vm);
    for (const stream of ['stdout', 'stderr'] as const) {
      const [before, after] = [seen, now].map((lines) => lines.filter((line) => line.stream === stream));
      yield* newLines(before ?? [], after ?? []);
    }
    seen = now;
  }
}

/** A new start begins a new file. */
function newLines(before: readonly LogLine[], after: readonly LogLine[]): readonly LogLine[] {
  const isSame = after.length >= before.length && after[0]?.line === before[0]?.line;
  return isSame ? after.slice(before.length) : after;
}

async function allLines(engine: Engine, vm: string): Promise<readonly LogLine[]> {
  const [console, agent] = await Promise.all([consoleLines(engine, vm), textOf(machineFiles(engine, vm).hostAgentLog)]);
  const complaints = logEntries(agent ?? '').filter(({ level }) => level !== 'debug' && level !== 'info');
  return [
    ...console.map((line) => ({ stream: 'stdout' as const, at: null, line })),
    ...complaints.map(({ text, detail }) => ({
      stream: 'stderr' as const,
      at: null,
      line: detail === null ? text : `${text}: ${detail}`,
    })),
  ];
}
