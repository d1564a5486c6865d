/**
 * Runs a command inside a running container as its own command runs: with its user, its environment and its working
 * directory, which the engine adds by itself. The engine offers no way to end such a command: when the wait for it is
 * aborted it goes on, until it ends by itself or its container does.
 */
import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ExecOptions, ExecResult } from '../../reach.ts';
import type { ObjectReference } from '../../scope.ts';
import { TailBuffer } from '../../tail-buffer.ts';
import type { EngineWriter, ExecBody } from '../api/engine-api.ts';
import type { ContainerInspect } from '../api/wire.ts';
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
  const container = await runningContainer(writer, object, signal);
  const { Id: id } = container;
  try {
    return options.interactive === true
      ? await runInTerminal(writer, id, command, signal)
      : await run(writer, container, command, options);
  } catch (error) {
    signal.throwIfAborted();
    // It may have ended in between, and that is what there is to say.
    await runningContainer(writer, object, signal);
    throw error;
  }
}

async function run(
  writer: EngineWriter,
  container: ContainerInspect,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { signal, maxOutput = DEFAULT_MAX_OUTPUT } = options;
  const attached = { AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false };
  const body: ExecBody = { Cmd: command, ...attached, ...differing(container, options) };
  const exec = await writer.createExec(container.Id, body, signal);
  const stream = await writer.startExec(exec, { Tty: false }, signal);
  const output = await outputOf(stream, maxOutput, signal);
  return { exit_code: await exitStatusOf(writer, exec, output, signal), output };
}

/** What differs from how the container's own command runs. Engines take no relative paths. */
function differing({ Config: config }: ContainerInspect, options: ExecOptions): Partial<ExecBody> {
  const { user, workingDirectory, environment = {}, privileged = false } = options;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return {
    ...(user === undefined ? {} : { User: user }),
    ...(workingDirectory === undefined
      ? {}
      : { WorkingDir: posix.resolve('/', config.WorkingDir ?? '/', workingDirectory) }),
    ...(variables.length === 0 ? {} : { Env: variables }),
    ...(privileged ? { Privileged: true } : {}),
  };
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
