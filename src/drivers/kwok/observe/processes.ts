/** The words that a process was started with: by them a process is known, whatever its pid was before. */
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errnoOf } from '../../../files/errno.ts';
import { unreadable } from './unreadable.ts';

/** `null` for one that is not there. */
export type CommandOf = (pid: number) => Promise<readonly string[] | null>;

export interface ProcessSight {
  readonly pid: number;
  readonly words: readonly string[];
}

export interface Processes {
  readonly commandOf: CommandOf;
  /** All that this user may see. */
  list(): Promise<readonly ProcessSight[]>;
}

export function processesOf(platform: NodeJS.Platform = process.platform): Processes {
  return platform === 'linux' ? LINUX : OTHERS;
}

const LINUX: Processes = {
  commandOf: commandOfLinux,
  async list() {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const seen = await Promise.all(pids.map(async (pid) => ({ pid, words: await commandOfLinux(pid) })));
    return seen.flatMap(({ pid, words }) => (words === null ? [] : [{ pid, words }]));
  },
};

/** It has ended, or is another user's, and so none of a cluster. */
const NOT_THERE: readonly (string | null)[] = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** A zombie has no words: it is no process any more, though its pid is taken. */
async function commandOfLinux(pid: number): Promise<readonly string[] | null> {
  const path = `/proc/${pid}/cmdline`;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (NOT_THERE.includes(errnoOf(error))) return '';
    throw unreadable(`what process ${pid} runs`, path, error);
  });
  return text === '' ? null : text.replace(/\0$/, '').split('\0');
}

/** `ps` joins the words with blanks; none of those that are looked for holds one, but for the path of a folder. */
const OTHERS: Processes = {
  async commandOf(pid) {
    const [found] = await ps(['-o', 'pid=,command=', '-p', String(pid)]);
    return found?.words ?? null;
  },
  list: () => ps(['-axo', 'pid=,command=']),
};

async function ps(args: readonly string[]): Promise<readonly ProcessSight[]> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', ...args]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.+)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), words: (match[2] ?? '').split(' ') }];
  });
}
