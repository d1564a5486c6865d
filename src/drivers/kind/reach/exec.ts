/** Runs a command in the first control plane node of a cluster. */
import { TrueupError } from '../../../model/failure.ts';
import { BY_STDIN, shellText } from '../../by-stdin.ts';
import type { ExecOptions, ExecResult } from '../../reach.ts';
import { TailBuffer } from '../../tail-buffer.ts';
import type { Docker } from '../commands/docker.ts';
import { notInstalled } from '../commands/failures.ts';
import { environmentOf } from '../commands/run.ts';
import { firstControlPlane, lookAtNodesOf } from '../observe/look.ts';

const DEFAULT_MAX_OUTPUT = 65_536;

export async function execInNode(
  docker: Docker,
  cluster: string,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { signal } = options;
  signal.throwIfAborted();
  const node = firstControlPlane(await lookAtNodesOf(docker, cluster, signal));
  if (node?.state !== 'running') {
    const state = node?.state ?? 'missing';
    throw new TrueupError('not_running', `cluster ${cluster} is not running: its first node is ${state}`, {
      fields: { cluster, state },
    });
  }
  const isInteractive = options.interactive === true;
  const { execa } = await import('execa');
  // A person has written the words on a command line already, and needs the input.
  const inside = isInteractive ? command : BY_STDIN;
  const child = execa('docker', ['exec', '--interactive', ...argumentsOf(options), node.id, ...inside], {
    env: environmentOf(docker.engine),
    extendEnv: false,
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
  if (done.code === 'ENOENT') throw notInstalled(docker.engine, 'docker');
  return { exit_code: done.exitCode ?? KILLED, output: output.text() };
}

const KILLED = 137;

function argumentsOf({ interactive, user, workingDirectory, environment, privileged }: ExecOptions): readonly string[] {
  const isInteractive = interactive === true;
  return [
    ...(isInteractive && process.stdin.isTTY ? ['--tty'] : []),
    ...(user === undefined ? [] : ['--user', user]),
    ...(workingDirectory === undefined ? [] : ['--workdir', workingDirectory]),
    ...(privileged === true ? ['--privileged'] : []),
    ...(isInteractive ? Object.entries(environment ?? {}) : []).flatMap(([name, value]) => [
      '--env',
      `${name}=${value}`,
    ]),
  ];
}
