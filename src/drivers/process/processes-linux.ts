/** Processes of Linux, read from /proc: no subprocess, three system calls a process, and always the present. */
import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAlive, type Processes, type ProcessInfo, type ProcessTable } from './processes.ts';

export function linuxProcesses(): Processes {
  let boot: Promise<string> | null = null;
  return {
    boot: () => (boot ??= readBoot()),
    isLive: true,
    look: () => Promise.resolve(LIVE_TABLE),
    isLiving,
  };
}

/** Containers share the boot id of their host but not its pids, so the pid namespace belongs to the name of a boot. */
async function readBoot(): Promise<string> {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  return `${bootId.trim()}/${namespace}`;
}

/** What is dead and not reaped has no program any more. That of another user's process cannot be seen. */
function isLiving(pid: number): boolean {
  if (existsSync(`/proc/${pid}/exe`)) return true;
  const info = readStat(pid);
  return info !== null && isAlive(info);
}

const LIVE_TABLE: ProcessTable = {
  get: readStat,
  all() {
    return readdirSync('/proc').flatMap((name) => {
      const info = /^\d+$/.test(name) ? readStat(Number(name)) : null;
      return info === null ? [] : [info];
    });
  },
  hasVariable(pid, name, value) {
    const environment = buffer.subarray(0, readProc(pid, 'environ'));
    const wanted = Buffer.from(`\0${name}=${value}\0`);
    // The first variable has no other in front of it.
    return environment.includes(wanted) || environment.subarray(0, wanted.length - 1).equals(wanted.subarray(1));
  },
  commandOf(pid) {
    const length = readProc(pid, 'cmdline');
    return buffer.toString('utf8', 0, length).replace(/\0$/, '').replaceAll('\0', ' ');
  },
};

/** One for all reads, which are synchronous. What of an environment lies beyond it is not looked at. */
const buffer = Buffer.alloc(1024 * 1024);

/** Reads a file of a process to the start of the buffer; the length is 0 where the process is gone or not ours. */
function readProc(pid: number, file: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/${pid}/${file}`, 'r');
  } catch {
    return 0;
  }
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null);
  } catch {
    return 0;
  } finally {
    closeSync(descriptor);
  }
}

/** Fields 3 to 6 and 22 of /proc/PID/stat. The name of the program, field 2, may itself hold spaces and brackets. */
function readStat(pid: number): ProcessInfo | null {
  const text = buffer.toString('latin1', 0, readProc(pid, 'stat'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', 20);
  const [state, ppid, pgid, session] = fields;
  const start = fields[19];
  if (state === undefined || start === undefined) return null;
  return { pid, start, state, ppid: Number(ppid), pgid: Number(pgid), session: Number(session) };
}
