/** Runs a command in a guest: by ssh where that is declared, else by the guest agent. */
import { TrueupError } from '../../../model/failure.ts';
import { type JsonObject, memberAt } from '../../../model/json.ts';
import { BY_STDIN, shellQuoted, shellText } from '../../by-stdin.ts';
import type { ExecOptions, ExecResult } from '../../reach.ts';
import { TailBuffer } from '../../tail-buffer.ts';
import { stateOf } from '../observe/domain-state.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { execByAgent } from './guest-agent.ts';
import { portOf, sshArguments } from './ssh.ts';

export interface ExecTarget {
  readonly virsh: Virsh;
  readonly vm: string;
  readonly config: JsonObject;
}

const DEFAULT_MAX_OUTPUT = 65_536;

export async function execInMachine(
  target: ExecTarget,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  options.signal.throwIfAborted();
  await assertRunning(target, options.signal);
  const remote = shellCommand(command, options);
  if (memberAt(target.config, 'ready', 'ssh') !== null) return execBySsh(target, remote, options);
  if (memberAt(target.config, 'ready', 'guest_agent') === true && options.interactive !== true)
    return execByAgent(target, remote, options);
  throw new TrueupError('step_failed', `there is no way into machine ${target.vm} to run a command`, {
    fields: { vm: target.vm },
    next: 'declare ready.ssh with a user and a key, or ready.guest_agent',
  });
}

async function assertRunning({ virsh, vm }: ExecTarget, signal: AbortSignal): Promise<void> {
  const [answer] = await virsh.ask([['domstate', '--reason', vm]], signal);
  const state = answer === undefined || answer.stderr !== '' ? 'missing' : stateOf(answer.stdout, false).run_state;
  if (state === 'running') return;
  throw new TrueupError('not_running', `machine ${vm} is not running: it is ${state}`, {
    fields: { vm, state },
    next: 'bring it up first: `trueup start`, or `trueup resume` where it is suspended, with its address',
  });
}

/** One text for the shell that is at the other end. */
function shellCommand(command: readonly string[], { environment, workingDirectory, user }: ExecOptions): string {
  const words = shellText(command, environment);
  const inFolder = workingDirectory === undefined ? words : `cd ${shellQuoted(workingDirectory)} && { ${words}; }`;
  return user === undefined ? inFolder : shellText(['su', user, '-s', '/bin/sh', '-c', inFolder]);
}

async function execBySsh({ virsh, vm, config }: ExecTarget, remote: string, options: ExecOptions): Promise<ExecResult> {
  const { signal } = options;
  const args = await sshArguments({ virsh, vm, config, signal });
  if (args === null)
    throw new TrueupError(
      'step_failed',
      `no forwarded port leads to port ${portOf(config)} of machine ${vm} from here`,
    );
  const { execa } = await import('execa');
  const isInteractive = options.interactive === true;
  const terminal = isInteractive && process.stdin.isTTY ? ['-t'] : [];
  // A person has written the words on a command line already, and needs the input.
  const words = isInteractive ? remote : shellText(BY_STDIN);
  const child = execa('ssh', [...terminal, ...args, '--', words], {
    ...(isInteractive ? { stdin: 'inherit' } : { input: remote }),
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
  if (done.code === 'ENOENT')
    throw new TrueupError('step_failed', 'ssh is not installed, or not on the PATH', {
      next: 'install openssh-client',
    });
  return { exit_code: done.exitCode ?? SSH_FAILED, output: output.text() };
}

/** What ssh says of itself. */
const SSH_FAILED = 255;
