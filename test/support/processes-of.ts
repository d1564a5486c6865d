/**
 * Which living processes belong to a scratch folder, found without asking trueup: by the folder's path in command line
 * or environment, and by the marker that the process engine gives everything that it starts.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Pids, without the ones of this process and its ancestors. `scratch` is a path that nothing else mentions. */
export async function processesOf(scratch: string, engineRoot: string): Promise<readonly number[]> {
  const marks = [scratch, ...(await engineMark(engineRoot))];
  const found = process.platform === 'linux' ? await fromProc(marks) : await fromPs(marks);
  return found.filter((pid) => pid !== process.pid && pid !== process.ppid);
}

/** The end of `TRUEUP_INSTANCE=<name>:<digest of the engine's root>`; nothing while the engine was never used. */
async function engineMark(engineRoot: string): Promise<readonly string[]> {
  const path = await realpath(engineRoot).catch(() => null);
  return path === null ? [] : [`:${createHash('sha256').update(path).digest('hex').slice(0, 12)}`];
}

async function fromProc(marks: readonly string[]): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const texts = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
      );
      return marks.some((mark) => texts.some((text) => text.includes(mark))) && (await isAlive(pid))
        ? [Number(pid)]
        : [];
    }),
  );
  return found.flat();
}

/** What was killed and not yet reaped counts as gone. */
async function isAlive(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return /^ [^ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
}

async function fromPs(marks: readonly string[]): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-E', '-ww', '-o', 'pid=,stat=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, state = 'Z'] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? [];
    return pid !== undefined && !state.startsWith('Z') && marks.some((mark) => line.includes(mark))
      ? [Number(pid)]
      : [];
  });
}
