/**
 * Where a git remote is. Credentials are taken out of the URL at once: what is left is fit for messages, command lines and
 * file names, and credentials travel to git by another way (see remote-access.ts).
 */
import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import { MASK } from '../model/secret.ts';

export type Transport = 'https' | 'http' | 'ssh' | 'git' | 'file';

export interface Credentials {
  readonly username: string;
  /** `null` where the URL names a user alone. */
  readonly password: string | null;
}

export interface RemoteUrl {
  readonly transport: Transport;
  /** Without credentials; git is given this one. */
  readonly shown: string;
  /** Of an http(s) URL that has some. Secret. */
  readonly credentials: Credentials | null;
}

const TRANSPORTS: Readonly<Record<string, Transport>> = {
  https: 'https',
  http: 'http',
  ssh: 'ssh',
  'git+ssh': 'ssh',
  'ssh+git': 'ssh',
  git: 'git',
  file: 'file',
};

/** `host:path`, `user@host:path`: a colon before the first slash. */
const SCP_LIKE = /^(?:[^/:@\s]+@)?(?:[^/:@\s]+|\[[^\]/\s]+\]):(?!:)[^\s]+$/;

/** Whether a text is meant as a URL, rather than as a folder. */
export function isRemoteUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[a-z0-9]+::/i.test(text) || SCP_LIKE.test(text);
}

/** Throws `usage` for what is no URL of a repo, and `transport_refused` for transports that run programs. */
export function parseRemoteUrl(text: string): RemoteUrl {
  if (/[\s\0-\x1f\x7f]/.test(text)) throw invalid(text, 'it holds a blank or a control character');
  if (/^[a-z0-9+.-]+::/i.test(text)) throw refused(text.slice(0, text.indexOf(':')));
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (isAbsolute(text)) return { transport: 'file', shown: text, credentials: null };
    if (!SCP_LIKE.test(text)) throw invalid(text, 'it is neither a URL nor `user@host:path`');
    // What looks like a password would be shown as a part of the path.
    if (/^[^@]*:[^/]*@/.test(text)) throw invalid(text, 'ssh takes no password from a URL; use a key');
    if (/(^|@)-/.test(text)) throw invalid(text, 'a host does not begin with a dash');
    return { transport: 'ssh', shown: text, credentials: null };
  }
  const transport = TRANSPORTS[scheme];
  if (transport === undefined) throw refused(scheme);
  if (transport === 'file') return { transport, shown: text, credentials: null };
  return parsedUrl(text, transport);
}

function parsedUrl(text: string, transport: Transport): RemoteUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(text, 'it cannot be read as one');
  }
  if (url.hostname === '' || /^[^:]*:\/\/\//.test(text) || url.hostname.startsWith('-'))
    throw invalid(text, 'it names no host');
  if (url.search !== '' || url.hash !== '')
    throw invalid(text, 'a repo has no query; credentials do not belong in one');
  if (url.username.startsWith('-') || url.username.startsWith('%2D')) throw invalid(text, 'it names no user');
  const [username, password] = [decoded(text, url.username), decoded(text, url.password)];
  if (transport === 'ssh' || transport === 'git') {
    // ssh would take it for a part of the name and show it to everybody on this machine.
    if (password !== '') throw invalid(text, 'ssh takes no password from a URL; use a key');
    return { transport, shown: url.href, credentials: null };
  }
  url.username = '';
  url.password = '';
  const credentials = username === '' && password === '' ? null : { username, password: password || null };
  return { transport, shown: url.href, credentials };
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(text, 'its credentials are not percent-encoded');
  }
}

/** The same for every spelling of a URL that means the same repo; names folders. */
export function remoteKey({ shown }: RemoteUrl): string {
  const plain = shown.replace(/\/+$/, '').replace(/\.git$/, '');
  return createHash('sha256').update(plain).digest('hex').slice(0, 32);
}

/** A text of git, or of a person, without the credentials that URLs in it may hold. */
export function maskUrls(text: string, credentials: Credentials | null = null): string {
  let masked = text.replace(/\b(https?:\/\/|[a-z+]+:\/\/(?=[^/\s@]*:))[^/\s]*@/gi, `$1${MASK}@`);
  // A user name may be a token.
  const known = [credentials?.password ?? '', (credentials?.username.length ?? 0) > 8 ? credentials?.username : ''];
  for (const plain of known) {
    if (plain === undefined || plain === '') continue;
    for (const form of [plain, encodeURIComponent(plain)]) masked = masked.replaceAll(form, MASK);
  }
  return masked;
}

function invalid(text: string, reason: string): TrueupError {
  // Whatever it is, something in it may be a password.
  const shown = text.replace(/[^/\s]*@/g, `${MASK}@`).replace(/\?.*$/s, '?…');
  return new TrueupError('usage', `"${shown}" is no URL of a git repository: ${reason}`, {
    next: 'name it as https://host/path.git or ssh://git@host/path.git, and leave credentials to git: a credential helper, or an ssh key',
  });
}

function refused(scheme: string): TrueupError {
  return new TrueupError('transport_refused', `git is not used over "${scheme}"`, {
    fields: { transport: scheme },
    next: 'use https or ssh',
  });
}
