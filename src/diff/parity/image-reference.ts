/** References of images, taken apart, and whether two are of one repository wherever it is served from. Pure. */

export interface ImageReference {
  /** Without the registry; what the default registry has under one name has `library/` in front. */
  readonly repository: string;
  readonly registry: string | null;
  /** `latest` where neither tag nor digest is said. */
  readonly tag: string | null;
  readonly digest: string | null;
}

export function parseImageReference(text: string): ImageReference {
  const [named = '', digest = null] = text.split('@', 2);
  const colon = named.lastIndexOf(':');
  const isTagged = colon > named.lastIndexOf('/');
  const tag = isTagged ? named.slice(colon + 1) : null;
  const [first = '', ...rest] = (isTagged ? named.slice(0, colon) : named).split('/');
  // The first part is a host where it cannot be a name.
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = isHost ? rest : [first, ...rest];
  return {
    repository: path.length === 1 ? `library/${path[0] ?? ''}` : path.join('/'),
    registry: isHost ? first : null,
    tag: tag ?? (digest === null ? 'latest' : null),
    digest,
  };
}

/** Mirrors put the repository behind a path of their own: `mirror.test/hub/library/redis` is `redis`. */
export function isSameRepository(left: ImageReference, right: ImageReference): boolean {
  return left.repository === right.repository || isMirrorOf(left, right) || isMirrorOf(right, left);
}

function isMirrorOf(mirror: ImageReference, original: ImageReference): boolean {
  return mirror.registry !== null && mirror.repository.endsWith(`/${original.repository}`);
}

/** The same image as `from` has it, in the version of `to`: who serves it is a matter of the place. `to` where it is another image. */
export function withVersionOf(from: string, to: string): string {
  if (!isSameRepository(parseImageReference(from), parseImageReference(to))) return to;
  const [name, version] = [unversioned(from), to.slice(unversioned(to).length)];
  return `${name}${version}`;
}

function unversioned(text: string): string {
  const [named = ''] = text.split('@', 1);
  const colon = named.lastIndexOf(':');
  return colon > named.lastIndexOf('/') ? named.slice(0, colon) : named;
}
