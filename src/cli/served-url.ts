/** What is kept of a repo that is served by URL, for a command that works on it while nobody serves it. */
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openRepository, type Repository } from '../git/repository.ts';
import { parseRemoteSpec } from '../git/ref-spec.ts';
import { remoteKey } from '../git/remote-url.ts';
import { TrueupError } from '../model/failure.ts';
import { lockOf } from '../serve/sources/remote-lock.ts';
import { servedAround, servedFolder } from '../state/served-folder.ts';
import type { CommandContext, WorkspacePlace } from './context.ts';
import { openForeignRepo } from './foreign.ts';

export interface ServedUrl extends AsyncDisposable {
  readonly place: WorkspacePlace;
  /** Whether its manifests say what belongs to it: not those of somebody else, and not where the clone is gone. */
  readonly isReadable: boolean;
}

/** Throws `locked` while a daemon serves it: that one would make anew what is removed here. Asks the remote nothing. */
export async function openServedUrl(
  { directory, signal }: Pick<CommandContext, 'directory' | 'signal'>,
  word: string,
): Promise<ServedUrl> {
  const { url } = parseRemoteSpec(word);
  const { path, clone, state, owners } = servedFolder(remoteKey(url));
  if ((await stat(path).catch(() => null)) === null) {
    throw new TrueupError('usage', `nothing is kept of ${url.shown}: this user has not served it on this machine`, {
      fields: { url: url.shown },
      next: 'name it as `trueup serve` was given it',
    });
  }
  const held = await lockOf(path, { url: url.shown, signal });
  try {
    const around = await servedAround(join(await realpath(path), 'clone'), process.env);
    const isForeign = around?.isForeign ?? true;
    const foreign = isForeign ? await openForeignRepo(url.shown, { directory, environment: process.env }) : null;
    const root = await realpath(clone).catch(() => clone);
    // Where the clone is gone, or is none any more, git would find the repo around it: somebody's home, and its environments.
    const found = await openRepository(root, signal).catch(() => null);
    signal.throwIfAborted();
    const isWhole = found?.root === root;
    return {
      place: {
        folder: root,
        keptIn: { state, owners },
        repository: isWhole ? found : nothingOf(root, owners),
        ...(foreign === null ? {} : { foreign }),
      },
      isReadable: isWhole && !isForeign,
      [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
    };
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

/** In place of a clone that is gone. What carries our labels is found without it. */
function nothingOf(root: string, owners: string): Repository {
  const revision = { commit: null, dirty: false } as const;
  return {
    root,
    gitDir: owners,
    revision,
    dirtyFiles: new Set(),
    untrackedFiles: new Set(),
    revisionOf: () => revision,
    subject: () => Promise.resolve(null),
  };
}
