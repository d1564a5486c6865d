/** Scratch folders, small disks that can be full or read-only, and child processes, all gone when the test is over. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export const never: AbortSignal = new AbortController().signal;

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tu-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether this user may mount a file system of its own. */
export const CAN_MOUNT: boolean = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'tu-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return mounted;
})();

/** A disk of its own, of the given size. */
export function smallDisk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tu-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status !== 0) throw new Error(mounted.stderr);
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function makeReadOnly(disk: string): void {
  const remounted = spawnSync('mount', ['-o', 'remount,ro', disk], { encoding: 'utf8' });
  if (remounted.status !== 0) throw new Error(remounted.stderr);
}

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly pid: number;
  /** The next line of its output, parsed. */
  next(): Promise<unknown>;
  /** Writes a line to its input. */
  tell(line: string): void;
  exited: Promise<number | NodeJS.Signals>;
}

/** Runs a script of `children/` with a JSON argument. */
export function child(script: string, input: object): Child {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const started = spawn(process.execPath, [path, JSON.stringify(input)], { stdio: 'pipe' });
  let errors = '';
  started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const { promise: exited, resolve } = Promise.withResolvers<number | NodeJS.Signals>();
  started.on('exit', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  started.stdin.on('error', () => undefined);
  onTestFinished(() => void started.kill('SIGKILL'));
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  return {
    process: started,
    pid: started.pid ?? 0,
    exited,
    async next() {
      const line = await lines.next();
      if (line.done) throw new Error(`${script} ended without a line: ${errors}`);
      const value: unknown = JSON.parse(line.value);
      return value;
    },
    tell: (line) => void started.stdin.write(`${line}\n`),
  };
}

/** Any text with this part in it. */
export function containing(part: string): unknown {
  return expect.stringContaining(part);
}

/** Any text that fits the pattern. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
