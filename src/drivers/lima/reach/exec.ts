/** Runs a command in a guest, by Lima's own shell. */
import { tmpdir } from 'node:os';
import { BY_STDIN, shellText } from '../../by-stdin.ts';
import type { ExecOptions, ExecResult } from '../../reach.ts';
import { TailBuffer } from '../../tail-buffer.ts';
import { environmentOf, type Limactl, QUIETLY } from '../limactl/limactl.ts';
import { machineNamed } from '../observe/look.ts';
import { assertRunning } from './connect.ts';

const DEFAULT_MAX_OUTPUT = 65_536;

/** What a shell says of a command that could not be brought to run. */
const NOT_RUN = 255;

export async function execInMachine(
  limactl: Limactl,
  vm: string,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { signal } = options;
  signal.throwIfAborted();
  assertRunning(vm, await machineNamed(limactl, vm, signal));
  const isInteractive = options.interactive === true;
  const { execa } = await import('execa');
  // A person has written the words on a command line already, and needs the input.
  const inside = isInteractive ? withVariables(command, options) : BY_STDIN;
  const words = ['shell', '--workdir', options.workingDirectory ?? '/', vm, ...asUser(inside, options)];
  const child = execa('limactl', [...QUIETLY, ...words], {
    env: environmentOf(limactl.engine),
    extendEnv: false,
    cwd: tmpdir(),
    ...(isInteractive ? { stdin: 'inherit' } : { input: shellText(command, options.environment) }),
    stdout: isInteractive ? 'inherit' : 'pipe',
    stderr: isInteractive ? 'inherit' : 'pipe',
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
    buffer: false,
    reject: false,
  });
  const output = new TailBuffer(options.maxOutput ?? DEFAULT_MAX_OUTPUT);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.add(chunk));
  const done = await child;
  signal.throwIfAborted();
  return { exit_code: done.exitCode ?? NOT_RUN, output: output.text() };
}

function withVariables(command: readonly string[], { environment }: ExecOptions): readonly string[] {
  const variables = Object.entries(environment ?? {}).map(([name, value]) => `${name}=${value}`);
  return variables.length === 0 ? command : ['env', ...variables, ...command];
}

function asUser(command: readonly string[], { user, privileged }: ExecOptions): readonly string[] {
  if (user !== undefined) return ['sudo', '-n', '-u', user, '--', ...command];
  return privileged === true ? ['sudo', '-n', '--', ...command] : command;
}
