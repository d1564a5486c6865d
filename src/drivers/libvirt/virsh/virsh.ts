/**
 * Runs virsh: several commands in one process, each with an answer of its own. Every call has a time-out, and nothing is ever
 * asked on a terminal. A command that fails does not keep those behind it from being run, and neither does the end of trueup: what was
 * sent is carried out to its last command, also where nobody is left to hear of it.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';
import { assertReading } from './allowed.ts';
import { complaint, isUnreachable, refused, unreachable } from './failures.ts';
import { heardWithin } from './heard-within.ts';
import { type Command, commandLine, portionsOf } from './quote.ts';

export interface Answer {
  readonly stdout: string;
  /** What it complains of; empty for nothing. */
  readonly stderr: string;
}

export interface Virsh {
  readonly engine: Engine;
  /** One answer per command, in their order. Rejects where libvirt cannot be asked, or the signal aborts. */
  ask(
    commands: readonly Command[],
    signal: AbortSignal,
    timeoutMs?: number,
    unheard?: Unheard,
  ): Promise<readonly Answer[]>;
}

/** What becomes of a virsh that nobody waits for any more: it is ended, or left to carry out what it was told. */
export type Unheard = 'ended' | 'left';

const TIMEOUT_MS = 20_000;
const MARK = '@@trueup-next@@';
/** Before each command, on both of its outputs. */
const MARKS: readonly Command[] = [
  ['echo', MARK],
  ['echo', '--err', MARK],
];
const MARKS_LENGTH = commandLine([...MARKS, ['']]).length;
/** Where whoever listens was killed, the next word to them would end virsh in the middle of what it was told. */
const TO_ITS_END = `trap '' PIPE; exec virsh "$@"`;
const NOT_FOUND = 127;
/** What a program that is there ends with as well, where a library of it is not. */
const LACKS_A_PART = /loading shared librar/i;
const MAX_BYTES = 64 * 1024 * 1024;

/** Only what reads. */
export function readingVirsh(engine: Engine): Virsh {
  const virsh = changingVirsh(engine);
  return {
    engine,
    ask(commands, signal, timeoutMs, unheard) {
      assertReading(commands);
      return virsh.ask(commands, signal, timeoutMs, unheard);
    },
  };
}

export function changingVirsh(engine: Engine): Virsh {
  return {
    engine,
    async ask(commands, signal, timeoutMs = TIMEOUT_MS, unheard = 'ended') {
      const answers: Answer[] = [];
      for (const portion of portionsOf(commands, MARKS_LENGTH))
        answers.push(...(await ask(engine, portion, { signal, timeoutMs, unheard })));
      return answers;
    },
  };
}

/** One command that has to succeed; its output. */
export async function must(virsh: Virsh, command: Command, signal: AbortSignal, timeoutMs?: number): Promise<string> {
  const [answer] = await virsh.ask([command], signal, timeoutMs);
  const { stdout, stderr } = answer ?? { stdout: '', stderr: 'no answer' };
  if (stderr !== '') throw refused(virsh.engine, command[0] ?? '', stderr);
  return stdout;
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly unheard: Unheard;
}

async function ask(
  engine: Engine,
  commands: readonly Command[],
  { signal, timeoutMs, unheard }: Waiting,
): Promise<readonly Answer[]> {
  signal.throwIfAborted();
  const isLeft = unheard === 'left';
  const { execa } = await import('execa');
  const marked = commands.flatMap((command) => [...MARKS, command]);
  const words = ['--quiet', '--connect', engine.uri, commandLine(marked)];
  const child = execa('/bin/sh', ['-c', TO_ITS_END, 'virsh', ...words], {
    env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
    extendEnv: false,
    stdin: 'ignore',
    // Without a terminal, whoever wants a password or a yes has nobody to ask: ssh, or libvirt itself.
    detached: true,
    cancelSignal: isLeft ? new AbortController().signal : signal,
    timeout: isLeft ? 0 : timeoutMs,
    forceKillAfterDelay: 1000,
    maxBuffer: MAX_BYTES,
    stripFinalNewline: false,
    reject: false,
  });
  const done = isLeft ? await heardWithin(child, timeoutMs, signal) : await child;
  signal.throwIfAborted();
  if (done?.exitCode === NOT_FOUND && !LACKS_A_PART.test(done.stderr)) throw notInstalled(engine);
  if (done === null || done.timedOut) throw unreachable(engine, `no answer within ${timeoutMs / 1000} s`);
  const [outputs, complaints] = [done.stdout.split(MARK), done.stderr.split(MARK)];
  // Before the first mark stands what kept virsh from beginning.
  const before = complaint(complaints[0] ?? '');
  const lost = complaints.find((text) => isUnreachable(text));
  if (lost !== undefined) throw unreachable(engine, complaint(lost));
  if (outputs.length !== commands.length + 1)
    throw unreachable(engine, before === '' ? `virsh ended with status ${done.exitCode ?? 'unknown'}` : before);
  return commands.map((_, index) => ({
    stdout: (outputs[index + 1] ?? '').replace(/^\n/, ''),
    stderr: complaint(complaints[index + 1] ?? ''),
  }));
}

function notInstalled(engine: Engine): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${engine.name}" needs virsh, which is not on the PATH`, {
    fields: { uri: engine.uri },
    next: 'install libvirt-clients, and libvirt-daemon-system with qemu-system for machines on this host',
  });
}
