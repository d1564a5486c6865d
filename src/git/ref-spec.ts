/** What of a remote is wanted: its default branch, a branch, a tag, the newest tag of a range, or one commit. */
import semver from 'semver';
import { TrueupError } from '../model/failure.ts';
import { parseRemoteUrl, type RemoteUrl } from './remote-url.ts';

export type RefSpec =
  | { readonly kind: 'default' }
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'semver'; readonly range: string }
  /** In full, or its beginning. */
  | { readonly kind: 'commit'; readonly commit: string }
  /** Whichever of a branch, a tag and a commit the remote has. */
  | { readonly kind: 'name'; readonly name: string };

export interface RefOptions {
  readonly branch?: string;
  readonly tag?: string;
  readonly semver?: string;
  readonly commit?: string;
}

export interface RemoteSpec {
  readonly url: RemoteUrl;
  readonly ref: RefSpec;
}

/** `URL`, `URL#name`, `URL#semver:^1.2`, or a URL with one option. Throws `usage`. */
export function parseRemoteSpec(text: string, options: RefOptions = {}): RemoteSpec {
  const hash = text.indexOf('#');
  const url = parseRemoteUrl(hash === -1 ? text : text.slice(0, hash));
  const named = hash === -1 ? null : parseRef(text.slice(hash + 1));
  const given = (['branch', 'tag', 'semver', 'commit'] as const).flatMap((kind) =>
    options[kind] === undefined ? [] : [checked(kind, options[kind])],
  );
  const refs = [...(named === null ? [] : [named]), ...given];
  if (refs.length > 1) {
    const next = 'name one branch, tag, range or commit, by an option or behind the #';
    throw new TrueupError('usage', `more than one ref of ${url.shown} is named: ${refs.map(refText).join(', ')}`, {
      next,
    });
  }
  return { url, ref: refs[0] ?? { kind: 'default' } };
}

/** In words: `branch main`. */
export function refText(ref: RefSpec): string {
  switch (ref.kind) {
    case 'default':
      return 'the default branch';
    case 'branch':
    case 'tag':
      return `${ref.kind} ${ref.name}`;
    case 'semver':
      return `the newest tag of ${ref.range}`;
    case 'commit':
      return `commit ${ref.commit.slice(0, 12)}`;
    case 'name':
      return ref.name;
    default:
      return ref satisfies never;
  }
}

function parseRef(text: string): RefSpec {
  const [, kind, name = ''] = /^(?:refs\/)?(heads|tags)\/(.*)$/s.exec(text) ?? [];
  if (kind === 'heads') return checked('branch', name);
  if (kind === 'tags') return checked('tag', name);
  if (text.startsWith('semver:')) return checked('semver', text.slice('semver:'.length));
  return { kind: 'name', name: refName(text) };
}

function checked(kind: keyof RefOptions, text: string): RefSpec {
  switch (kind) {
    case 'branch':
    case 'tag':
      return { kind, name: refName(text) };
    case 'semver':
      if (text.trim() !== '' && semver.validRange(text) !== null) return { kind, range: text };
      throw invalid(text, 'a range of versions, such as `^1.2` or `1.x`');
    case 'commit':
      if (/^([0-9a-f]{4,40}|[0-9a-f]{64})$/i.test(text)) return { kind, commit: text.toLowerCase() };
      throw invalid(text, 'the hash of a commit, at least its first four digits');
    default:
      return kind satisfies never;
  }
}

/** As `git check-ref-format` has it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name must not hold
const NO_REF = /^[-/.]|^$|^@$|[/.]$|\.lock(\/|$)|\.\.|\/\/|\/\.|@\{|[\0-\x20\x7f~^:?*[\\]/;

function refName(text: string): string {
  if (!NO_REF.test(text)) return text;
  throw invalid(text, 'the name of a branch or tag');
}

function invalid(text: string, expected: string): TrueupError {
  return new TrueupError('usage', `"${text}" is not ${expected}`, { next: 'correct it' });
}
