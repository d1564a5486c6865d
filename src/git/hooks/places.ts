/** Where git runs the hooks of a repo from, who decided that, and where all worktrees of the repo have their common things. */
import { resolve } from 'node:path';
import { TrueupError } from '../../model/failure.ts';
import { type Git, gitIn } from '../git.ts';

export interface HookPlaces {
  /** Absolute. */
  readonly root: string;
  /** The folder that git runs hooks from, absolute; it need not be there. */
  readonly folder: string;
  /** Which configuration says so by `core.hooksPath`; `null` for git's own folder. */
  readonly scope: string | null;
  /** The git folder that all worktrees have in common, absolute. */
  readonly commonDir: string;
}

export async function hookPlaces(root: string, signal: AbortSignal): Promise<HookPlaces> {
  const git = await gitIn(root, signal);
  const folder = await git('rev-parse', '--git-path', 'hooks');
  const commonDir = await git('rev-parse', '--git-common-dir');
  return {
    root,
    folder: resolve(root, folder.replace(/\n$/, '')),
    scope: await scopeOf(git),
    commonDir: resolve(root, commonDir.replace(/\n$/, '')),
  };
}

async function scopeOf(git: Git): Promise<string | null> {
  try {
    const [scope = ''] = (await git('config', '--show-scope', '--get', 'core.hooksPath')).split('\t');
    return scope === '' ? null : scope;
  } catch (error) {
    // Nothing is set.
    if (error instanceof TrueupError && error.code === 'git_failed') return null;
    throw error;
  }
}
