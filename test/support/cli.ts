/**
 * The built command as users run it: `bin/trueup.cjs` in real git repos. Every scratch repo has a home, state and runtime
 * folder of its own, so that no test sees or touches what the user, or another test, runs; disposing of it ends every
 * process that was started from it and removes all of it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { processesOf } from './processes-of.ts';
import { servicePids } from './service-pids.ts';
import { treeOf } from './tree-of.ts';

export { eventually };

const ROOT = join(import.meta.dirname, '..', '..');

/** The command under test. */
export const TRUEUP: string = join(ROOT, 'bin', 'trueup.cjs');

/** Longer than any command of a test takes, shorter than the patience of whoever waits for a hanging test. */
function deadlineMs(): number {
  return Number(process.env['TRUEUP_DEADLINE_MS'] ?? 280_000);
}

const run = promisify(execFile);

export interface CliOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Given on standard input, which is empty otherwise. */
  readonly input?: string;
}

export interface CliResult {
  /** The exit status; 128 and the number of the signal, as a shell says it, where one ended the command. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly done: Promise<CliResult>;
  /** What it wrote until now. */
  soFar(): { readonly stdout: string; readonly stderr: string };
  /** Resolves once both streams together match; rejects with all output when the command ends before, or too late. */
  until(pattern: RegExp): Promise<void>;
}

/** Starts the command. */
export function startTrueup(args: readonly string[], { cwd, env, input }: CliOptions): RunningCli {
  const child = spawn(process.execPath, ['--', TRUEUP, ...args], { cwd, env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(input ?? '');
  const overdue = setTimeout(() => child.kill('SIGKILL'), deadlineMs());
  const { promise: done, resolve, reject } = Promise.withResolvers<CliResult>();
  child.once('error', reject);
  // `close` comes when nobody holds the streams any more: a service that inherited them would hang the test here.
  child.once('close', (code, signal) => {
    clearTimeout(overdue);
    resolve({ status: code ?? signalStatus(signal), stdout, stderr });
  });
  let hasEnded = false;
  void done.finally(() => (hasEnded = true)).catch(() => undefined);
  return {
    child,
    done,
    soFar: () => ({ stdout, stderr }),
    async until(pattern) {
      const isThere = (): boolean => {
        if (pattern.test(stdout + stderr)) return true;
        if (hasEnded) throw new Error(`the command ended before ${pattern}:\n${stdout}${stderr}`);
        return false;
      };
      await eventually(isThere, () => `${pattern} in:\n${stdout}${stderr}`);
    },
  };
}

const SIGNAL_NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

function signalStatus(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0));
}

export interface ScratchRepo extends AsyncDisposable {
  /** The root of the git repo. */
  readonly root: string;
  /** The folder around it, which holds the state too. */
  readonly scratch: string;
  /** The root folder of the process engine. */
  readonly engineRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs the command to its end. */
  trueup(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  /** Starts the command, for tests that talk to it while it runs. */
  start(args: readonly string[], options?: Partial<CliOptions>): RunningCli;
  /** Runs git and resolves with its output, trimmed. */
  git(...args: readonly string[]): Promise<string>;
  /** Writes files by their path from the root, making folders. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  read(file: string): Promise<string>;
  /** Commits everything and resolves with the full hash. */
  commit(message?: string): Promise<string>;
  /** Pids of the services that live, by address, as the registry's records and the OS say. */
  pids(): Promise<Readonly<Record<string, number>>>;
  /** Forgets everything that was recorded. */
  removeState(): Promise<void>;
  /** Every file of the scratch folder but git's objects, with its size and time: what a command may not touch. */
  tree(): Promise<readonly string[]>;
  /** Pids of all that was started from here and lives: shims, services and their children. */
  processes(): Promise<readonly number[]>;
}

export interface ScratchOptions {
  /** A plain folder instead of a git repo. */
  readonly git?: boolean;
}

/** A git repo with these files, committed. Use it with `await using`. */
export async function scratchRepo(
  files: Readonly<Record<string, string>> = {},
  options: ScratchOptions = {},
): Promise<ScratchRepo> {
  // Not the system's folder for temporary files, which may be too deep for the path of a socket.
  const scratch = await realpath(await mkdtemp('/tmp/trueup-test-'));
  const [root, home, state, runtime] = ['repo', 'home', 'state', 'run'].map((name) => join(scratch, name)) as Folders;
  for (const folder of [root, home, state, runtime]) await mkdir(folder, { mode: 0o700 });
  const env = scratchEnvironment(home, state, runtime);
  const repo: ScratchRepo = {
    root,
    scratch,
    engineRoot: join(state, 'trueup', 'process'),
    env,
    trueup: (args, given) => startTrueup(args, { cwd: root, env, ...given }).done,
    start: (args, given) => startTrueup(args, { cwd: root, env, ...given }),
    async git(...args) {
      const { stdout } = await run('git', args, { cwd: root, env });
      return stdout.trim();
    },
    async write(written) {
      // In one go, because a file that is open for long may be read while it is empty.
      for (const [file, text] of Object.entries(written)) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
    },
    read: (file) => readFile(join(root, file), 'utf8'),
    async commit(message = 'a commit') {
      await repo.git('add', '--all');
      await repo.git('commit', '--quiet', '--allow-empty', '--message', message);
      return repo.git('rev-parse', 'HEAD');
    },
    async processes() {
      // What helps a service to become its command has ended then.
      await servicePids(repo.engineRoot);
      return processesOf(scratch, repo.engineRoot);
    },
    pids: () => servicePids(repo.engineRoot),
    removeState: () => rm(join(root, '.trueup'), { recursive: true, force: true }),
    async tree() {
      await servicePids(repo.engineRoot);
      return treeOf(scratch);
    },
    async [Symbol.asyncDispose]() {
      await endAll(repo);
      await removeAll(scratch);
    },
  };
  await repo.write(files);
  if (options.git === false) return repo;
  await repo.git('init', '--quiet', '--initial-branch', 'main');
  if (Object.keys(files).length > 0) await repo.commit();
  return repo;
}

type Folders = [string, string, string, string];

/** Nothing of the user's but the path: no git configuration, no colours, no state. */
function scratchEnvironment(home: string, state: string, runtime: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_STATE_HOME: state,
    XDG_RUNTIME_DIR: runtime,
    // One cache for all scratch repos: a fresh home would make every start a cold one.
    XDG_CACHE_HOME: join(ROOT, 'node_modules', '.cache', 'trueup-tests'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
}

/** Whatever is found is killed, and looked for again, because a supervisor may start anew what was killed first. */
async function endAll(repo: ScratchRepo): Promise<void> {
  await eventually(async () => {
    const pids = await processesOf(repo.scratch, repo.engineRoot);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone in between.
      }
    }
    return pids.length === 0;
  }, 'every process of the scratch repo to end');
}

/** Tests take permissions away; whoever cleans up takes them back. */
async function removeAll(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    await run('chmod', ['-R', 'u+rwX', folder]).catch(() => chmod(folder, 0o700));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
