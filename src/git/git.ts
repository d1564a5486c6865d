/**
 * Runs git. The environment of the child is minimal: what a hook, an editor or a pager left behind (GIT_DIR,
 * GIT_INDEX_FILE …) never decides which repo is read, and messages come in English so that they can be told apart.
 * Nothing is ever written: optional locks are off.
 */
import { TrueupError } from '../model/failure.ts';

/** Where git finds its configuration and whom it trusts. These stay as the user set them; everything else is left out. */
const KEPT_VARIABLES = ['HOME', 'PATH', 'SUDO_UID', 'TMPDIR', 'USER', 'XDG_CONFIG_HOME'];

const KEPT_GIT_VARIABLES = [
  'GIT_CEILING_DIRECTORIES',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
];

/** Runs one git command and resolves with its standard output, untrimmed. */
export type Git = (...args: readonly string[]) => Promise<string>;

/** Git in a folder that exists. simple-git is loaded here, so that commands that need no git do not pay for it. */
export async function gitIn(directory: string, signal: AbortSignal): Promise<Git> {
  const { simpleGit } = await import('simple-git');
  const environment = gitEnvironment(process.env);
  return async (...args) => {
    signal.throwIfAborted();
    const git = simpleGit({
      baseDir: directory,
      abort: signal,
      trimmed: false,
      unsafe: { allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true },
      allowEnvironment: Object.keys(environment),
    });
    try {
      return await git.env(environment).raw(['--no-optional-locks', ...args]);
    } catch (error) {
      signal.throwIfAborted();
      throw gitFailure(directory, args, error);
    }
  };
}

/** What of an environment a git process is given. */
export function gitEnvironment(variables: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(variables).flatMap(([name, value]) => {
    const keep =
      KEPT_VARIABLES.includes(name) || KEPT_GIT_VARIABLES.includes(name) || /^GIT_CONFIG_(KEY|VALUE)_\d+$/.test(name);
    return keep && value !== undefined ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

function gitFailure(directory: string, args: readonly string[], cause: unknown): TrueupError {
  const stderr = (cause instanceof Error ? cause.message : String(cause)).trim();
  const fields = { directory, command: ['git', ...args].join(' '), stderr };
  if (/^Error: spawn git (ENOENT|EACCES)/.test(stderr)) {
    return new TrueupError('git_missing', 'git is not installed, or not on the PATH', {
      cause,
      fields: { directory },
      next: 'Install git (https://git-scm.com/downloads) and try again.',
    });
  }
  if (/not a git repository \(or any/.test(stderr)) return notARepository(directory, cause);
  if (stderr.includes('dubious ownership')) {
    const summary = `git does not trust the repository around ${directory}, because another user owns it: ${stderr}`;
    const next = 'If you trust it, run the `git config --global --add safe.directory …` that git names.';
    return new TrueupError('git_failed', summary, { cause, fields, next });
  }
  return new TrueupError('git_failed', `\`${fields.command}\` failed in ${directory}: ${stderr}`, { cause, fields });
}

/** No repo around a folder. */
export function notARepository(directory: string, cause?: unknown): TrueupError {
  return new TrueupError('not_a_git_repository', `${directory} is not inside a git repository`, {
    cause,
    fields: { directory },
    next: 'Run `git init` at the root of the project, or choose another folder with `--chdir`.',
  });
}
