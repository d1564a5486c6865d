/** Remotes for tests: real bare repos, reached over the file transport or over http. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_TRANSPORTS, type RemoteAccess } from '../../../src/git/remote-access.ts';
import { parseRemoteUrl } from '../../../src/git/remote-url.ts';
import { git, repoWith, scratchFolder, write } from './scratch-repo.ts';

export interface TestRemote {
  readonly url: string;
  readonly folder: string;
  /** A checkout that pushes there. */
  readonly work: string;
  /** Commits these files to the branch that is checked out, and pushes. */
  push(files: Readonly<Record<string, string>>, ...options: readonly string[]): string;
}

export function testRemote(files: Readonly<Record<string, string>> = { a: '1' }): TestRemote {
  const work = repoWith(files);
  const parent = scratchFolder();
  const folder = join(parent, 'remote.git');
  git(parent, 'clone', '--quiet', '--bare', work, folder);
  git(work, 'remote', 'add', 'origin', folder);
  return {
    url: `file://${folder}`,
    folder,
    work,
    push(changed, ...options) {
      write(work, changed);
      git(work, 'add', '--all');
      git(work, 'commit', '--quiet', '--allow-empty', '--message', 'pushed');
      git(work, 'push', '--quiet', ...options, 'origin', 'HEAD');
      return git(work, 'rev-parse', 'HEAD');
    },
  };
}

export function accessTo(url: string): RemoteAccess {
  return {
    url: parseRemoteUrl(url),
    transports: ALL_TRANSPORTS,
    limits: { silenceMs: 60_000, totalMs: 120_000, maxBytes: 64 * 1024 ** 2 },
  };
}

/** Annotated, or a name for the commit alone. */
export function tag(folder: string, name: string, annotated = false): void {
  git(folder, 'tag', ...(annotated ? ['--annotate', '--message', name] : []), name);
  git(folder, 'push', '--quiet', 'origin', `refs/tags/${name}`);
}

/** An executable script. */
export function script(path: string, text: string): string {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}
