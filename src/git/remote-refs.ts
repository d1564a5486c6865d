/** The branches and tags that a remote has, without fetching anything. */
import { type RemoteAccess, remoteFailure, runRemote } from './remote-access.ts';

export interface RemoteRefs {
  /** Object ids by name, without `refs/heads/`. */
  readonly branches: ReadonlyMap<string, string>;
  /** Of annotated tags the id of the tag, not of what it points at. */
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * Only what is asked for crosses the wire: with neither option a server lists every ref, pull requests included.
 * `directory` is a bare repo of ours.
 */
export async function remoteRefs(
  access: RemoteAccess,
  directory: string,
  kinds: readonly ('heads' | 'tags')[],
  signal: AbortSignal,
): Promise<RemoteRefs> {
  const options = kinds.map((kind) => `--${kind}`);
  const result = await runRemote(access, directory, ['ls-remote', '--refs', ...options, access.url.shown], signal);
  if (result.exitCode !== 0 || result.ended !== 'exited') throw remoteFailure(access, result);
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [, id = '', kind, name = ''] = /^([0-9a-f]+)\trefs\/(heads|tags)\/(.+)$/.exec(line) ?? [];
    if (kind === 'heads') branches.set(name, id);
    if (kind === 'tags') tags.set(name, id);
  }
  return { branches, tags };
}
