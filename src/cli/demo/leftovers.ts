/**
 * What the demo may have left running: every process whose command line or environment names its scratch folder. Found
 * and ended without trueup, so that it also holds when trueup itself failed. Synchronous, because the last chance to
 * clean up is while the process exits.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Pids, without the one of this process. */
function leftovers(folder: string): readonly number[] {
  const found = process.platform === 'linux' ? fromProc(folder) : fromPs(folder);
  return found.filter((pid) => pid !== process.pid);
}

/** Kills them, again and again until none is found; says whether none is left. */
export function endLeftovers(folder: string): boolean {
  for (let round = 0; round < 100; round += 1) {
    const pids = leftovers(folder);
    if (pids.length === 0) return true;
    for (const pid of pids) kill(pid);
  }
  return leftovers(folder).length === 0;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

function fromProc(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readProc(pid, 'cmdline').includes(folder) || readProc(pid, 'environ').includes(folder))
    .map(Number);
}

/** Empty for processes of others, and for those that have ended. */
function readProc(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function fromPs(folder: string): readonly number[] {
  const table = execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,stat=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return table.split('\n').flatMap((line) => {
    const [, pid, state = 'Z'] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? [];
    return pid !== undefined && !state.startsWith('Z') && line.includes(folder) ? [Number(pid)] : [];
  });
}
