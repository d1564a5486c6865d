/** Processes where there is no /proc (macOS): one call of `ps` gives a table, and the table does not change. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isLiving } from '../../files/is-living.ts';
import type { Processes, ProcessInfo, ProcessTable } from './processes.ts';

const run = promisify(execFile);

/** The form of `lstart` depends on language and time zone; the shim asks for it in the same ones. */
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC0' };

export function psProcesses(): Processes {
  let boot: Promise<string> | null = null;
  return {
    boot: () => (boot ??= readBoot()),
    isLive: false,
    async look(signal) {
      const args = ['-A', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='];
      const { stdout } = await run('ps', args, {
        env: ENVIRONMENT,
        maxBuffer: 64 * 1024 * 1024,
        ...(signal && { signal }),
      }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
      return tableOf(stdout);
    },
    // What is dead and not reaped counts as living: to tell it apart would take a `ps`, and those looks come by themselves.
    isLiving,
  };
}

/** `kern.bootsessionuuid` changes with each boot; the time of the boot stands in where it is unknown. */
async function readBoot(): Promise<string> {
  for (const key of ['kern.bootsessionuuid', 'kern.boottime']) {
    const { stdout } = await run('sysctl', ['-n', key], { env: ENVIRONMENT }).catch(() => ({ stdout: '' }));
    if (stdout.trim() !== '') return stdout.trim().replace(/\s+/g, '_');
  }
  return 'unknown';
}

const LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/;

function tableOf(text: string): ProcessTable {
  const rows = new Map<number, { readonly info: ProcessInfo; readonly command: string }>();
  for (const line of text.split('\n')) {
    const [, pid, ppid, pgid, state = '', lstart = '', command = ''] = LINE.exec(line) ?? [];
    if (pid === undefined) continue;
    const identity = { pid: Number(pid), start: lstart.split(/\s+/).join('_') };
    // `ps` of macOS has no readable session; the shim leads a group of the same number.
    const info = {
      ...identity,
      ppid: Number(ppid),
      pgid: Number(pgid),
      session: Number(pgid),
      state: state.slice(0, 1),
    };
    rows.set(info.pid, { info, command });
  }
  return {
    get: (pid) => rows.get(pid)?.info ?? null,
    all: () => [...rows.values()].map((row) => row.info),
    hasVariable: () => false,
    commandOf: (pid) => rows.get(pid)?.command ?? '',
  };
}
