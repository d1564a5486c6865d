/**
 * Image references, read as the engine reads them: a reference without a registry means Docker Hub, one without a tag and
 * a digest means the tag `latest`. A name that the engine would refuse is `null` here, so that nothing is asked of a
 * registry for it.
 */

/** An image that a registry has, or had. */
export interface NamedImage {
  readonly kind: 'named';
  /** The host, with its port where one is written: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** The path on the registry: `library/busybox`. */
  readonly repository: string;
  /** Never `null` together with `digest`. */
  readonly tag: string | null;
  /** `sha256:…`; where there is one, the tag says nothing about which image is meant. */
  readonly digest: string | null;
}

/** An image that one engine has, by its content alone. No registry can be asked for it. */
export interface ImageId {
  readonly kind: 'id';
  /** `sha256:…` in full. */
  readonly id: string;
}

export type ImageReference = NamedImage | ImageId;

export const DOCKER_HUB = 'docker.io';

const HUB_BY_OLD_NAME = 'index.docker.io';
/** The folder of Docker Hub in which the names without a slash are. */
const HUB_FOLDER = 'library/';
const DEFAULT_TAG = 'latest';
const LONGEST_REPOSITORY = 255;

const WORD = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST_WORD = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST = String.raw`(?:${HOST_WORD}(?:\.${HOST_WORD})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const TAG = String.raw`\w[\w.-]{0,127}`;
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const HOST_ONLY = new RegExp(`^${HOST}$`);
const REST = new RegExp(`^(?<repository>${WORD}(?:/${WORD})*)(?::(?<tag>${TAG}))?(?:@(?<digest>${DIGEST}))?$`);
const ID = /^(?:sha256:)?(?<hex>[0-9a-f]{64})$/;

/** How many digits the digests that engines know have. */
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

export function parseImageReference(text: string): ImageReference | null {
  const hex = ID.exec(text)?.groups?.['hex'];
  if (hex !== undefined) return { kind: 'id', id: `sha256:${hex}` };
  const { registry, rest } = splitRegistry(text);
  const { repository, tag = null, digest = null } = REST.exec(rest)?.groups ?? {};
  if (repository === undefined || repository.length > LONGEST_REPOSITORY || !HOST_ONLY.test(registry)) return null;
  if (digest !== null && !isKnownDigest(digest)) return null;
  return { kind: 'named', registry, repository, tag: tag ?? (digest === null ? DEFAULT_TAG : null), digest };
}

/**
 * The reference with nothing left out: `docker.io/library/busybox:latest`. Equal texts mean equal images; a tag beside a
 * digest is dropped, because it decides nothing.
 */
export function canonicalReference(reference: ImageReference): string {
  if (reference.kind === 'id') return reference.id;
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${digest === null ? `:${tag ?? DEFAULT_TAG}` : `@${digest}`}`;
}

/** The reference as people and engines write it: `busybox:latest`. */
export function familiarReference(reference: ImageReference): string {
  if (reference.kind === 'id') return reference.id;
  const canonical = canonicalReference(reference);
  if (reference.registry !== DOCKER_HUB) return canonical;
  const path = canonical.slice(DOCKER_HUB.length + 1);
  const name = path.slice(HUB_FOLDER.length);
  const short = path.startsWith(HUB_FOLDER) && !name.includes('/') ? name : path;
  // An account on Docker Hub may be called as a host could be.
  const meant = parseImageReference(short);
  return meant !== null && canonicalReference(meant) === canonical ? short : canonical;
}

/** What stands before the first slash is a registry only where it cannot be the folder of an account on Docker Hub. */
function splitRegistry(text: string): { readonly registry: string; readonly rest: string } {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const registry = isHost && first !== HUB_BY_OLD_NAME ? first : DOCKER_HUB;
  const rest = isHost ? text.slice(slash + 1) : text;
  const isShort = registry === DOCKER_HUB && !rest.includes('/');
  return { registry, rest: isShort ? HUB_FOLDER + rest : rest };
}

function isKnownDigest(digest: string): boolean {
  const [algorithm = '', hex = ''] = digest.split(':');
  return DIGEST_LENGTHS[algorithm] === hex.length && hex === hex.toLowerCase();
}
