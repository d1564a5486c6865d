/**
 * The place where the demo happens: a folder with a git repo and, beside it, state and runtime folders of its own, so that
 * neither the user's environments nor their settings are touched.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf } from '../../files/errno.ts';
import { TrueupError } from '../../model/failure.ts';

const run = promisify(execFile);

export interface Scratch {
  /** A path that nothing else on this machine mentions. */
  readonly folder: string;
  /** The root of the git repo. */
  readonly repo: string;
  readonly env: NodeJS.ProcessEnv;
}

/** `ownFolders`: whether runtime files are kept apart from the user's too. */
export function makeScratch({ ownFolders }: { readonly ownFolders: boolean }): Scratch {
  const folder = freshFolder();
  const [repo, state, runtime] = [join(folder, 'shop'), join(folder, 'state'), join(folder, 'run')];
  for (const path of [repo, state, runtime]) mkdirSync(path, { mode: 0o700 });
  return { folder, repo, env: scratchEnvironment(ownFolders ? { state, runtime } : { state }) };
}

function freshFolder(): string {
  try {
    return realpathSync(mkdtempSync(join(tmpdir(), 'trueup-demo-')));
  } catch (error) {
    throw new TrueupError('state_unwritable', `no scratch folder can be made in ${tmpdir()}`, {
      cause: error,
      next: 'set TMPDIR to a folder that you can write to',
    });
  }
}

interface OwnFolders {
  readonly state: string;
  /** Absent where the one of the user tells where an engine listens. */
  readonly runtime?: string;
}

/** What a hook or an editor says of another repo is left out; `node` in the manifest is the one that runs trueup. */
function scratchEnvironment({ state, runtime }: OwnFolders): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(inherited),
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    XDG_STATE_HOME: state,
    ...(runtime === undefined ? {} : { XDG_RUNTIME_DIR: runtime }),
  };
}

/** Writes files by their path from the root of the repo. */
export function writeFiles({ repo }: Scratch, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, file)), { recursive: true });
    writeFileSync(join(repo, file), text);
  }
}

/** A repo whose author is known to itself alone; nobody's hooks, signatures or templates take part. */
export async function startRepo(scratch: Scratch, signal: AbortSignal): Promise<void> {
  await git(scratch, ['init', '--quiet', '--template='], signal);
  const settings = {
    'user.name': 'trueup demo',
    'user.email': 'demo@trueup.invalid',
    'commit.gpgSign': 'false',
    'core.hooksPath': '/dev/null',
  };
  for (const [key, value] of Object.entries(settings)) await git(scratch, ['config', key, value], signal);
  writeFiles(scratch, { '.gitignore': '.trueup/\nreports/\n' });
}

export async function git({ repo, env }: Scratch, args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await run('git', args, { cwd: repo, env, signal });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new TrueupError('git_missing', 'the demo needs git, which is not on the PATH', {
      cause: error,
      next: 'install git: https://git-scm.com/downloads',
    });
  }
}

export interface Cleared {
  /** Whether nothing of the demo runs any more. */
  readonly quiet: boolean;
  /** The folder of its reports; `null` when there are none. */
  readonly reports: string | null;
}

/** Ends what still runs, by force, and removes everything but the reports, and the repo when it is to be kept. */
export function clearScratch(
  scratch: Scratch,
  engine: { endLeftovers(scratch: Scratch): boolean },
  keepRepo: boolean,
): Cleared {
  const { folder, repo } = scratch;
  const quiet = engine.endLeftovers(scratch);
  const reports = entriesOf(repo).includes('reports') ? join(repo, 'reports') : null;
  const kept = keepRepo ? [repo] : [];
  for (const path of [
    ...entriesOf(folder).map((name) => join(folder, name)),
    ...entriesOf(repo).map((name) => join(repo, name)),
  ]) {
    const isKept =
      kept.some((root) => path.startsWith(root)) || path === reports || (reports !== null && path === repo);
    if (!isKept) rmSync(path, { recursive: true, force: true });
  }
  if (!keepRepo && reports === null) rmSync(folder, { recursive: true, force: true });
  return { quiet, reports };
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
