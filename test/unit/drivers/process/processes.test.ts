import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linuxProcesses } from '../../../../src/drivers/process/processes-linux.ts';
import { eventually } from '../../../support/eventually.ts';

describe.skipIf(process.platform !== 'linux')('processes of Linux', () => {
  it('that have ended and are not reaped do not live, and what nobody has the pid of does not either', async () => {
    // Its child ends, and what the parent became does not ask for it.
    const parent = spawn('sh', ['-c', 'true & exec sleep 600']);
    try {
      const child = await eventually(() => deadChildOf(parent.pid ?? 0), 'the child that nobody reaps');
      const { isLiving } = linuxProcesses();

      expect([parent.pid ?? 0, child, 2 ** 22 + 1].map(isLiving)).toEqual([true, false, false]);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

function deadChildOf(parent: number): number | null {
  const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [statOf(name)] : []));
  const found = stats.find(({ fields: [state, ppid] }) => state === 'Z' && Number(ppid) === parent);
  return found === undefined ? null : found.pid;
}

function statOf(name: string): { readonly pid: number; readonly fields: readonly string[] } {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'latin1');
    return { pid: Number(name), fields: text.slice(text.lastIndexOf(')') + 2).split(' ') };
  } catch {
    return { pid: Number(name), fields: [] };
  }
}
