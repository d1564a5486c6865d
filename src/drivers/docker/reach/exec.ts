/**
 * Runs a command inside a running container as its own command runs: with its user, its environment and its working
 * directory, which the engine adds by itself. The engine offers no way to end such a command: when the wait for it is
 * aborted it goes on, until it ends by itself or its container does.
 */
import type { Duplex } from 'node:stream';
import type { ExecOptions, ExecResult, ObjectReference } from '../../driver.ts';
import { TailBuffer } from '../../tail-buffer.ts';
import type { EngineWriter, ExecBody } from '../api/engine-api.ts';
import { framesOf } from '../observe/demultiplex.ts';
import { exitStatusOf } from './exit-status.ts';
import { runInTerminal } from './interactive.ts';
import { runningContainer } from './running.ts';

const DEFAULT_MAX_OUTPUT = 65_536;

/** What the command that a service itself runs has, is what this one gets. Rejects with `not_running`, or the signal's reason. */
export async function execIn(
  writer: EngineWriter,
  object: ObjectReference,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { signal } = options;
  signal.throwIfAborted();
  const { Id: id } = await runningContainer(writer, object, signal);
  try {
    return options.interactive === true
      ? await runInTerminal(writer, id, command, signal)
      : await run(writer, id, command, options);
  } catch (error) {
    signal.throwIfAborted();
    // It may have ended in between, and that is what there is to say.
    await runningContainer(writer, object, signal);
    throw error;
  }
}

async function run(
  writer: EngineWriter,
  container: string,
  command: readonly string[],
  { signal, maxOutput = DEFAULT_MAX_OUTPUT }: ExecOptions,
): Promise<ExecResult> {
  const body: ExecBody = { Cmd: command, AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false };
  const exec = await writer.createExec(container, body, signal);
  const stream = await writer.startExec(exec, { Tty: false }, signal);
  const output = await outputOf(stream, maxOutput, signal);
  return { exit_code: await exitStatusOf(writer, exec, output, signal), output };
}

/** The end of what the command writes, both outputs in the order in which the engine sends them. */
async function outputOf(stream: Duplex, limit: number, signal: AbortSignal): Promise<string> {
  const output = new TailBuffer(limit);
  const abort = (): void => void stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    for await (const { payload } of framesOf(stream, false)) output.add(payload);
    return output.text();
  } finally {
    signal.removeEventListener('abort', abort);
    stream.on('error', () => undefined).destroy();
  }
}
