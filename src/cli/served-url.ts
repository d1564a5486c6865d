/** What is kept of a repo that is served by URL, for a command that works on it while nobody serves it. */
import { realpath, stat } from 'node:fs/promises';
import { openRepository } from '../git/repository.ts';
import { parseRemoteSpec } from '../git/ref-spec.ts';
import { remoteKey } from '../git/remote-url.ts';
import { TrueupError } from '../model/failure.ts';
import { lockOf } from '../serve/remote-lock.ts';
import { servedAround, servedFolder } from '../state/served-folder.ts';
import type { CommandContext, WorkspacePlace } from './context.ts';
import { openForeignRepo } from './foreign.ts';

export interface ServedUrl extends AsyncDisposable {
  readonly place: WorkspacePlace;
}

/** Throws `locked` while a daemon serves it: that one would make anew what is removed here. Asks the remote nothing. */
export async function openServedUrl({ directory, signal }: CommandContext, word: string): Promise<ServedUrl> {
  const { url } = parseRemoteSpec(word);
  const { path, clone: folder } = servedFolder(remoteKey(url));
  if ((await stat(path).catch(() => null)) === null) {
    throw new TrueupError('usage', `nothing is kept of ${url.shown}: this user has not served it on this machine`, {
      fields: { url: url.shown },
      next: 'name it as `trueup serve` was given it',
    });
  }
  const held = await lockOf(path, { url: url.shown, signal });
  try {
    const root = await realpath(folder).catch(() => folder);
    const around = await servedAround(root, process.env);
    // Where the clone is gone, or is none any more, git would find the repo around it: somebody's home, and its environments.
    const found = await openRepository(root, signal).catch(() => null);
    signal.throwIfAborted();
    if (around === null || found?.root !== root) throw cloneGone(url.shown);
    const { isForeign } = around;
    const foreign = isForeign ? await openForeignRepo(url.shown, { directory, environment: process.env }) : null;
    return {
      place: { folder: root, ...(foreign === null ? {} : { foreign }) },
      [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
    };
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

function cloneGone(url: string): TrueupError {
  return new TrueupError(
    'not_a_git_repository',
    `the clone of ${url} that is kept here is gone, or is no repo any more`,
    {
      fields: { url },
      next: 'serve it once more with `trueup serve`, end that, and destroy then',
    },
  );
}
