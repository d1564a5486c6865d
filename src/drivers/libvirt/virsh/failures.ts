/** What virsh complains of, as errors that say what to do next. */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';

/** A complaint of one command: its own words, without `error:`. */
export function complaint(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^error: /, '').trim())
    .filter((line) => line !== '');
  return [...new Set(lines)].join(': ');
}

/** Whether it says that the machine or volume is not there. Whatever else it complains of says nothing of that. */
export function isMissing(text: string): boolean {
  return (
    /Domain not found|Storage volume not found|^failed to get (domain|vol) '[^']*'$/i.test(text) ||
    /(Unable to open stream for|cannot unlink file) '[^']*': No such file or directory/.test(text)
  );
}

/** Whether it says that there is something of that name. */
export function isTaken(text: string): boolean {
  return TAKEN.test(text);
}

const TAKEN = /already exists with uuid|already exists|exists already/i;

export function isPoolMissing(text: string): boolean {
  return /Storage pool not found/i.test(text);
}

interface Explained {
  readonly pattern: RegExp;
  readonly code: FailureCode;
  readonly next: string;
}

const EXPLAINED: readonly Explained[] = [
  {
    pattern: /virtlogd/i,
    code: 'step_failed',
    next: 'start what writes consoles down: `systemctl start virtlogd.socket` on the host',
  },
  {
    pattern: /could not set up host forwarding rule|Could not set up|Address already in use/i,
    code: 'port_in_use',
    next: 'end what listens on that port of the host, or declare another host_port',
  },
  {
    pattern: /No space left on device/i,
    code: 'step_failed',
    next: 'make space where the storage pool is, and apply again',
  },
  {
    pattern: /cannot set up guest memory|Cannot allocate memory/i,
    code: 'step_failed',
    next: 'give the machine less memory, or stop something on the host',
  },
  {
    pattern: /Storage pool not found/i,
    code: 'object_missing',
    next: 'make the pool: `virsh pool-define-as NAME dir --target FOLDER`, then pool-start and pool-autostart',
  },
  {
    pattern: /storage pool .* is not active/i,
    code: 'step_failed',
    next: 'start the pool: `virsh pool-start NAME`',
  },
  {
    pattern: /Network not found|network .* is not active/i,
    code: 'object_missing',
    next: '`virsh net-list --all` lists the networks; `virsh net-start NAME` starts one',
  },
  {
    pattern: /Permission denied/i,
    code: 'step_failed',
    next: 'the user that QEMU runs as must be able to read what is declared, and every folder above it',
  },
  {
    pattern: TAKEN,
    code: 'name_in_use',
    next: 'look whose it is with `virsh list --all` and `virsh vol-list`, and remove or rename one of the two',
  },
];

const UNREACHABLE =
  /failed to connect to the hypervisor|Failed to connect socket|Cannot recv data|Disconnected from|End of file while reading|client socket is closed|Connection refused|server closed connection/i;

export function isUnreachable(text: string): boolean {
  // libvirt itself is there: it is what it works with that is not.
  return UNREACHABLE.test(text) && !/virtlogd/i.test(text);
}

export function unreachable(engine: Engine, reason: string): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${engine.name}" does not answer at ${engine.uri}: ${reason}`, {
    retryable: true,
    fields: { uri: engine.uri },
    next: `\`virsh --connect ${engine.uri} version\` must work: is libvirtd running, and may you use it?`,
  });
}

/** It answers, but not for all that there is: what it does not tell may be anything, and is never taken for nothing. */
export function answersInPart({ name, uri, pool }: Engine, reason: string): TrueupError {
  const next = POOL_REMEDIES.find(({ pattern }) => pattern.test(reason))?.next(pool);
  const hint = next === undefined ? '' : ` (${next})`;
  return new TrueupError('engine_unreachable', `engine "${name}" answers in part: ${reason}${hint}`, {
    retryable: true,
    fields: { uri, pool },
    next: next ?? `look at what \`virsh --connect ${uri} vol-list ${pool}\` says`,
  });
}

const POOL_REMEDIES: readonly { readonly pattern: RegExp; readonly next: (pool: string) => string }[] = [
  {
    pattern: /is not active/i,
    next: (pool) => `\`virsh pool-start ${pool}\` starts it, once what it is on is mounted`,
  },
  {
    pattern: /Storage pool not found/i,
    next: (pool) => `\`virsh pool-define-as ${pool} dir --target FOLDER\`, then pool-start and pool-autostart`,
  },
];

/** What a command was refused, in words that lead on. */
export function refused(engine: Engine, what: string, stderr: string): TrueupError {
  const text = complaint(stderr);
  if (isUnreachable(text)) return unreachable(engine, text);
  const known = EXPLAINED.find(({ pattern }) => pattern.test(text));
  return new TrueupError(known?.code ?? 'step_failed', `virsh ${what}: ${text === '' ? 'it failed' : text}`, {
    fields: { uri: engine.uri, command: what, ...portField(text) },
    next: known?.next ?? 'look at the cause, and apply again',
  });
}

/** The same of a machine that is suspended to disk, and does not come back from there. */
export function notRestored(engine: Engine, name: string, what: string, stderr: string): TrueupError {
  return orGiveUp(engine, name, refused(engine, what, stderr));
}

/** Names the way out for who does not want back what is in the way. */
export function orGiveUp(engine: Engine, name: string, error: TrueupError): TrueupError {
  const { code, message, retryable, fields, next } = error;
  const giveUp = `\`virsh --connect ${engine.uri} managedsave-remove ${name}\``;
  return new TrueupError(code, message, {
    cause: error,
    retryable,
    fields: { ...fields, name },
    next: `${next ?? 'look at the cause'}; or give up what ${name} remembers, as by a power cut: ${giveUp}`,
  });
}

/** `Could not set up host forwarding rule 'tcp:127.0.0.1:22022-:22'` */
function portField(text: string): { readonly port?: number } {
  const port = /host forwarding rule '(?:tcp|udp):[^']*?:(\d+)-/.exec(text)?.[1];
  return port === undefined ? {} : { port: Number(port) };
}
