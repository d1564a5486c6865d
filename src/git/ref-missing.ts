/** What is said where a remote does not have what is wanted of it: which of the things it has is nearest. */
import { TrueupError } from '../model/failure.ts';
import { nearest } from '../model/nearest.ts';
import { nearestTags } from './newest-tag.ts';
import type { RemoteRefs } from './remote-refs.ts';
import { type RefSpec, refText } from './ref-spec.ts';

export type MissingReason = 'empty' | 'missing' | 'deleted' | 'ambiguous' | 'no_commit' | 'shallow';

/** `wasThere`: it was fetched before. */
export function refMissing(where: string, ref: RefSpec, refs: RemoteRefs, wasThere: boolean): TrueupError {
  const branches = [...refs.branches.keys()];
  const tags = [...refs.tags.keys()];
  const isEmpty = branches.length === 0 && tags.length === 0;
  if (isEmpty && !wasThere) {
    return notFound(where, ref, 'empty', `${where} is empty: it has no branches and no tags`, 'push a first commit');
  }
  const the = wasThere && ref.kind === 'default' ? 'the ' : '';
  const message = `${where} ${wasThere ? 'no longer has' : 'has no'} ${the}${wanted(ref)}`;
  const next = isEmpty ? 'it has nothing else, either: push it again' : nextOf(ref, branches, tags);
  return notFound(where, ref, wasThere ? 'deleted' : 'missing', message, next);
}

/** A beginning of a hash that fits several commits, or a name that is a branch and a tag. */
export function refAmbiguous(where: string, ref: RefSpec, meanings: readonly string[]): TrueupError {
  const message = `${refText(ref)} of ${where} means more than one: ${meanings.join(', ')}`;
  return notFound(where, ref, 'ambiguous', message, 'name one of them in full');
}

/** A tag may point at a file or a folder. */
export function refNoCommit(where: string, ref: RefSpec): TrueupError {
  return notFound(where, ref, 'no_commit', `${refText(ref)} of ${where} is no commit`, 'name another one');
}

/** What is cut off in it cannot be told from what is not there. */
export function refShallow(url: string): TrueupError {
  return new TrueupError('revision_not_found', `${url} is a shallow repo: its history is cut off`, {
    fields: { url, reason: 'shallow' satisfies MissingReason },
    next: 'serve one that has its whole history, or run `git fetch --unshallow` in that one',
  });
}

function notFound(url: string, ref: RefSpec, reason: MissingReason, message: string, next: string): TrueupError {
  return new TrueupError('revision_not_found', message, { fields: { url, ref: refText(ref), reason }, next });
}

function wanted(ref: RefSpec): string {
  switch (ref.kind) {
    case 'default':
      return 'branch that its HEAD names';
    case 'semver':
      return `tag in ${ref.range}`;
    case 'name':
      return `branch, tag or commit "${ref.name}"`;
    case 'branch':
    case 'tag':
      return `${ref.kind} "${ref.name}"`;
    case 'commit':
      return `commit ${ref.commit} on any branch or tag`;
    default:
      return ref satisfies never;
  }
}

function nextOf(ref: RefSpec, branches: readonly string[], tags: readonly string[]): string {
  switch (ref.kind) {
    case 'default':
      return `name a branch: ${listed(branches)}`;
    case 'semver': {
      const near = nearestTags(tags, ref.range);
      if (near.length > 0) return `versions near it: ${near.join(', ')}`;
      return `no tag is a version; tags: ${listed(tags)}`;
    }
    case 'commit':
      return 'look whether it was pushed, and name it in full';
    case 'branch':
      return suggestion(ref.name, branches, 'branches');
    case 'tag':
      return suggestion(ref.name, tags, 'tags');
    case 'name':
      return suggestion(ref.name, [...branches, ...tags], 'branches and tags');
    default:
      return ref satisfies never;
  }
}

function suggestion(name: string, names: readonly string[], what: string): string {
  const near = nearest(name, names);
  return near === null ? `${what}: ${listed(names)}` : `did you mean "${near}"?`;
}

function listed(names: readonly string[]): string {
  const more = names.length > 10 ? `, and ${names.length - 10} more` : '';
  return names.length === 0 ? 'none' : `${names.slice(0, 10).join(', ')}${more}`;
}
