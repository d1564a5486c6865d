/** A git repo in a folder of its own, with the environment variables that keep everything about it there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ScratchRepo extends Disposable {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  write(files: Readonly<Record<string, string>>): void;
  /** Stages everything; what is left is the commit itself. */
  stage(): void;
  /** Commits what is staged, and tells when git had ended, in milliseconds since the epoch. */
  commit(): number;
}

export function scratchRepo(): ScratchRepo {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-bench-serve-')));
  const root = join(folder, 'repo');
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_CACHE_HOME: join(tmpdir(), 'trueup-bench-cache'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  for (const made of [root, join(folder, 'state'), join(folder, 'run')]) mkdirSync(made, { mode: 0o700 });
  const git = (...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
    execFileSync('git', [...identity, ...args], { cwd: root, env, stdio: 'pipe' });
  };
  git('init', '--quiet', '--initial-branch=main');
  return {
    root,
    env,
    write(files) {
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), content);
      }
    },
    stage: () => git('add', '--all'),
    commit() {
      git('commit', '--quiet', '--message', 'more');
      return performance.timeOrigin + performance.now();
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
