/** Real git repos in scratch folders, apart from whatever git configuration the machine has. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';

export const never: AbortSignal = new AbortController().signal;

export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function git(folder: string, ...args: readonly string[]): string {
  return gitWith({}, folder, ...args);
}

/** With variables of its own. */
export function gitWith(
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'protocol.file.allow=always'];
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...variables,
  };
  return execFileSync('git', [...identity, ...args], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
}

/** A repo without a commit. */
export function emptyRepo(): string {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const folder = scratchFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  return folder;
}

/** A repo with one commit that holds these files. */
export function repoWith(files: Readonly<Record<string, string>>, message = 'first'): string {
  const folder = emptyRepo();
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
  return folder;
}

/** Any text with this part in it. */
export function containing(part: string): unknown {
  return expect.stringContaining(part);
}
