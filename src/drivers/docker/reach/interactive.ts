/**
 * Hands the terminal over to a command inside a container. However it ends, the terminal is given back as it was. Without
 * a terminal, standard input is handed on to its end, and the two outputs stay apart.
 */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecResult } from '../../reach.ts';
import { TailBuffer } from '../../tail-buffer.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import { framesOf } from '../observe/demultiplex.ts';
import { Mailbox } from '../observe/mailbox.ts';
import { exitStatusOf } from './exit-status.ts';
import { type Terminal, TerminalLoan } from './terminal.ts';

/** As a shell says that nobody wanted to read on. */
const BROKEN_PIPE = 141;

const RESIZE_ATTEMPTS = 20;
const RESIZE_PAUSE_MS = 50;

/** Nobody types this. The engine's own choice would keep Ctrl-P from the command. */
const DETACH_KEYS = 'ctrl-@,ctrl-_,ctrl-@,ctrl-_';

/** How much of the output is kept to see why a command did not start. */
const KEPT_OUTPUT = 1024;

/** Rejects with the signal's reason; the command then goes on by itself. */
export async function runInTerminal(
  writer: EngineWriter,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
  terminal: Terminal = process,
): Promise<ExecResult> {
  const isTerminal = terminal.stdin.isTTY && terminal.stdout.isTTY;
  const attached = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: isTerminal };
  const exec = await writer.createExec(container, { Cmd: command, ...attached, DetachKeys: DETACH_KEYS }, signal);
  const stream = await writer.startExec(exec, { Tty: isTerminal }, signal);
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  using loan = new TerminalLoan(terminal, stream, isTerminal, either);
  const resizing = isTerminal ? followSize(writer, exec, terminal, either) : null;
  try {
    const output = await handOver(stream, terminal, isTerminal, loan);
    signal.throwIfAborted();
    const status = loan.endedBy ?? (await exitStatusOf(writer, exec, output, signal));
    return { exit_code: status, output: '' };
  } finally {
    left.abort();
    await resizing;
  }
}

/** Everything that the command writes, to its end or to that of the loan. */
async function handOver(
  stream: Duplex,
  { stdout, stderr }: Terminal,
  isTerminal: boolean,
  loan: TerminalLoan,
): Promise<string> {
  const kept = new TailBuffer(KEPT_OUTPUT);
  try {
    for await (const { stream: output, payload } of framesOf(stream, isTerminal)) {
      kept.add(payload);
      if (!(await written(output === 'stderr' ? stderr : stdout, payload))) loan.end(BROKEN_PIPE);
    }
  } catch (error) {
    if (loan.endedBy === null) throw error;
  }
  return kept.text();
}

/** Whether anybody still reads. */
function written(output: Terminal['stderr'], bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    output.write(bytes, (error) => resolve(error === undefined || error === null));
  });
}

/** Tells the command the size of the terminal now, and whenever it changes. Never rejects. */
async function followSize(
  writer: EngineWriter,
  exec: string,
  { stdout }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const sizes = new Mailbox<null>();
  const changed = (): void => sizes.put(null);
  stdout.on('resize', changed);
  changed();
  for await (const _ of sizes.items(signal)) {
    // An engine refuses it until the command has really started.
    for (let attempt = 0; attempt < RESIZE_ATTEMPTS && !signal.aborted; attempt += 1) {
      const size = { rows: stdout.rows, columns: stdout.columns };
      if (
        await writer.resizeExec(exec, size, signal).then(
          () => true,
          () => false,
        )
      )
        break;
      await sleep(RESIZE_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  stdout.off('resize', changed);
}
