/** What limactl complains of, as errors that say what to do next. */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import { member, parseJson } from '../../../model/json.ts';
import type { Engine } from '../engine.ts';
import type { Command } from './command.ts';

const GRAVE = new Set(['error', 'fatal', 'panic']);

/** A line that limactl logs: JSON, or its own words where it had none yet. */
interface LogEntry {
  readonly level: string;
  readonly text: string;
  /** What it is about, where that stands apart. */
  readonly detail: string | null;
}

export function logEntries(stderr: string): readonly LogEntry[] {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(entryOf);
}

function entryOf(line: string): LogEntry {
  try {
    const value = parseJson(line);
    const [level, text, detail] = [member(value, 'level'), member(value, 'msg'), member(value, 'error')];
    if (typeof level === 'string' && typeof text === 'string')
      return { level, text, detail: typeof detail === 'string' ? detail : null };
  } catch {
    // No line of the log: then it is what it is.
  }
  return { level: 'error', text: line.trim(), detail: null };
}

/** Its gravest words; all of them where none is grave. */
export function complaint(stderr: string): string {
  const entries = logEntries(stderr);
  const grave = entries.filter(({ level }) => GRAVE.has(level));
  const texts = (grave.length > 0 ? grave : entries).map(({ text }) => text);
  return [...new Set(texts)].join('; ');
}

interface Explained {
  readonly pattern: RegExp;
  readonly code: FailureCode;
  readonly next: string;
}

const EXPLAINED: readonly Explained[] = [
  {
    pattern: /address already in use|port .* is already|bind:/i,
    code: 'port_in_use',
    next: 'end what listens on that port of the host, or declare another host_port',
  },
  {
    pattern: /no space left on device/i,
    code: 'step_failed',
    next: 'make space where Lima keeps its machines, and apply again',
  },
  {
    pattern: /expected digest|digest mismatch|digest .* (does not|doesn't) match/i,
    code: 'step_failed',
    next: 'the image is another one than its digest says: look which of the two is meant',
  },
  {
    pattern: /failed to download .*nerdctl/i,
    code: 'step_failed',
    next: 'Lima brings containerd along unless told not to: `driver_options: { containerd: { system: false, user: false } }`',
  },
  {
    pattern: /failed to download|attempted \d+ candidates|no such file or directory.*image|image .*not found/i,
    code: 'image_not_found',
    next: 'look whether `image` is there, and is for this kind of processor',
  },
  {
    pattern: /executable file not found|not found in \$PATH|qemu.* not found/i,
    code: 'step_failed',
    next: 'install QEMU for this kind of processor, or declare another `driver_options.vmType`',
  },
  {
    pattern: /already exists/i,
    code: 'name_in_use',
    next: 'look whose it is with `limactl list` and `limactl disk list`, and remove or rename one of the two',
  },
];

/** What a command was refused, in words that lead on. */
export function refused({ home }: Engine, command: Command, stderr: string): TrueupError {
  const text = complaint(stderr);
  const known = EXPLAINED.find(({ pattern }) => pattern.test(text));
  const what = command.filter((word) => !word.startsWith('-')).slice(0, command[0] === 'disk' ? 2 : 1);
  return new TrueupError(
    known?.code ?? 'step_failed',
    `limactl ${what.join(' ')}: ${text === '' ? 'it failed' : text}`,
    {
      fields: { home, command: what.join(' ') },
      next: known?.next ?? 'look at the cause, and apply again',
    },
  );
}

export function unreachable({ name, home }: Engine, reason: string): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${name}" does not answer: ${reason}`, {
    retryable: true,
    fields: { home },
    next: '`limactl list` must work: is one of its machines stuck?',
  });
}

export function notInstalled({ name, home }: Engine): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${name}" needs limactl, which is not on the PATH`, {
    fields: { home },
    next: 'install Lima 2 (https://lima-vm.io), and QEMU where machines are to run under it',
  });
}

export function isRefusedToRoot(stderr: string): boolean {
  return /must not run as the root user/i.test(stderr);
}

export function refusedToRoot({ name, home }: Engine): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${name}" cannot be used by root: limactl refuses`, {
    fields: { home },
    next: 'run trueup as a plain user',
  });
}
