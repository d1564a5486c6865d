/**
 * A command of the host with the event on its standard input. No shell reads its words, it sees little of our environment,
 * and it is ended with all that it started when its time is over.
 */
import { spawn } from 'node:child_process';
import { type Channel, DeliveryError } from '../channel.ts';
import type { Message } from '../message.ts';

export interface CommandOptions {
  readonly run: readonly string[];
  readonly timeoutMs: number;
  /** Where it runs. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly mask: (text: string) => string;
}

/** What a program needs to find its user's files, language and desktop. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY)$/;
const MOST_OUTPUT = 4096;
const LAST_WORDS = 300;

export function commandChannel(options: CommandOptions): Channel {
  return {
    most: 1,
    async send([message], dropped, signal) {
      if (message !== undefined) await carry(message, dropped, options, signal);
    },
  };
}

async function carry(message: Message, dropped: number, options: CommandOptions, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { run, root, environment, timeoutMs, mask } = options;
  const [file = '', ...args] = run;
  const child = spawn(file, args, {
    cwd: root,
    env: environmentOf(message, environment),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that what it started ends with it.
    detached: true,
  });
  let output = '';
  const hear = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-MOST_OUTPUT);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  // It need not read what it is given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(dropped === 0 ? message.event : { ...message.event, dropped }));
  const over = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const end = (): void => killGroup(child.pid);
  over.addEventListener('abort', end, { once: true });
  try {
    const status = await exitOf(child);
    signal.throwIfAborted();
    if (status === 0) return;
    const words = mask(output.trim().replaceAll(/\s+/g, ' ').slice(-LAST_WORDS));
    const said = words === '' ? '' : `: ${words}`;
    const reason = over.aborted ? `it took longer than ${timeoutMs} ms` : `it ended with ${status}${said}`;
    throw new DeliveryError(reason, { retryable: true });
  } finally {
    over.removeEventListener('abort', end);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }
}

/** At the exit of the command itself: what it left running may hold its output open for ever. */
function exitOf(child: ReturnType<typeof spawn>): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : 'an error';
      reject(new DeliveryError(`it cannot be started: ${code}`, { retryable: true }));
    });
    child.once('exit', (status, killedBy) => resolve(status ?? killedBy ?? 1));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function environmentOf(message: Message, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { environment: name, kind, status, text } = message;
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([key]) => PASSED_ON.test(key))),
    TRUEUP_ENVIRONMENT: name,
    TRUEUP_KIND: kind,
    TRUEUP_STATUS: status,
    TRUEUP_SUMMARY: text.replaceAll('\0', ''),
  };
}
