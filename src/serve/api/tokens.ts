/**
 * Tokens of the API, as files hold them: only the SHA-256 of each, never the token. They are random and long, so that a
 * plain digest is as good as a slow one. They are this user's, for whatever this user's daemons serve, and what is revoked
 * is gone at the next request.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../files/errno.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import { acquireLock } from '../../state/locks/lock.ts';
import { secretKeyPath } from '../../state/secret-key.ts';
import { listOf, nullable, objectOf, oneOf, text, textThat } from '../../state/shape.ts';
import { parseStored } from '../../state/stored-json.ts';
import { unreadable, unwritable } from '../../state/system-error.ts';
import type { KnownTokens } from './caller.ts';
import { type Role, ROLES } from './roles.ts';

export interface Token {
  readonly name: string;
  readonly role: Role;
  /** ISO 8601. */
  readonly created_at: string;
  /** ISO 8601; `null` for one that does not expire. */
  readonly expires_at: string | null;
}

export interface NewToken {
  readonly token: Token;
  /** Shown once and kept nowhere. */
  readonly plain: string;
}

export interface TokenRequest {
  readonly name: string;
  readonly role: Role;
  /** Milliseconds; `null` for one that does not expire. */
  readonly lifetimeMs: number | null;
}

interface StoredToken extends Token {
  readonly sha256: string;
}

const FORMAT_VERSION = '1.0';

const SHAPE = objectOf({
  tokens: listOf(
    objectOf({
      name: text,
      role: oneOf(ROLES),
      created_at: text,
      expires_at: nullable(text),
      sha256: textThat((value) => /^[0-9a-f]{64}$/.test(value), 'a SHA-256'),
    }),
  ),
});

/** Where the tokens of this user lie. */
function tokenFile(variables: NodeJS.ProcessEnv = process.env): string {
  return join(dirname(secretKeyPath(variables)), 'api-tokens.json');
}

export class TokenStore implements KnownTokens {
  readonly #path: string;
  readonly #now: () => number;
  #read: { readonly mark: string; readonly tokens: readonly StoredToken[] } | null = null;

  constructor(path: string = tokenFile(), now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
  }

  /** Compared with every token there is, each in the same time, so that nothing is learnt from how long it takes. */
  async find(plain: string): Promise<Token | null> {
    const digest = digestOf(plain);
    let found: StoredToken | null = null;
    for (const token of await this.#tokens()) {
      if (timingSafeEqual(Buffer.from(token.sha256, 'hex'), digest)) found = token;
    }
    return found === null || this.#isExpired(found) ? null : shown(found);
  }

  async list(): Promise<readonly Token[]> {
    return (await this.#tokens()).map(shown);
  }

  async create({ name, role, lifetimeMs }: TokenRequest, signal: AbortSignal): Promise<NewToken> {
    if (!/^[\w][\w.@-]{0,62}$/.test(name)) {
      throw new TrueupError('usage', `"${name}" is no name for a token`, {
        next: 'use up to 63 letters, digits, dots, dashes and underscores',
      });
    }
    const plain = `trueup_${randomBytes(32).toString('base64url')}`;
    const now = this.#now();
    const token: Token = {
      name,
      role,
      created_at: new Date(now).toISOString(),
      expires_at: lifetimeMs === null ? null : new Date(now + lifetimeMs).toISOString(),
    };
    await this.#change(signal, (tokens) => {
      if (tokens.some((other) => other.name === name && !this.#isExpired(other))) {
        throw new TrueupError('usage', `there is a token called "${name}" already`, {
          next: `take another name, or \`trueup serve token revoke ${name}\` first`,
        });
      }
      const others = tokens.filter((other) => other.name !== name);
      return [...others, { ...token, sha256: digestOf(plain).toString('hex') }];
    });
    return { token, plain };
  }

  /** Throws `token_not_found`. */
  async revoke(name: string, signal: AbortSignal): Promise<void> {
    await this.#change(signal, (tokens) => {
      const left = tokens.filter((token) => token.name !== name);
      if (left.length < tokens.length) return left;
      const names = tokens.map((token) => token.name);
      const suggestion = nearest(name, names);
      throw new TrueupError('token_not_found', `no token is called "${name}"`, {
        next: suggestion === null ? `there are: ${names.join(', ') || 'none'}` : `did you mean "${suggestion}"?`,
      });
    });
  }

  #isExpired({ expires_at: end }: Token): boolean {
    // What is no time at all has passed: a damaged entry lets nobody in.
    return end !== null && !(Date.parse(end) > this.#now());
  }

  async #tokens(): Promise<readonly StoredToken[]> {
    const mark = await markOf(this.#path);
    if (mark === null) return [];
    if (this.#read?.mark !== mark) this.#read = { mark, tokens: await readTokens(this.#path) };
    return this.#read.tokens;
  }

  async #change(
    signal: AbortSignal,
    changed: (tokens: readonly StoredToken[]) => readonly StoredToken[],
  ): Promise<void> {
    const request = { engine: 'tokens', project: this.#path, environment: 'tokens', command: 'trueup serve token' };
    await using _lock = await acquireLock(request, { signal, timeoutMs: 5000 });
    const tokens = changed(await this.#tokens());
    try {
      await makeFolder(dirname(this.#path));
      await writeFileAtomic(this.#path, `${JSON.stringify({ format_version: FORMAT_VERSION, tokens }, null, 2)}\n`);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
    this.#read = null;
  }
}

/** Changes whenever the file is replaced, as every change of ours does. */
async function markOf(path: string): Promise<string | null> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw unreadable(path, error instanceof Error ? error.message : String(error), REPLACE, error);
  }
}

async function readTokens(path: string): Promise<readonly StoredToken[]> {
  const content = await readFile(path, 'utf8');
  const stored = parseStored<{ readonly tokens: readonly StoredToken[] }>(content, FORMAT_VERSION, SHAPE);
  if (stored.status === 'read') return stored.value.tokens;
  throw unreadable(path, stored.status === 'damaged' ? stored.reason : `it has format ${stored.found}`, REPLACE);
}

const REPLACE = 'Delete it: all tokens are void then, and can be made anew with `trueup serve token create`.';

/** A token for whoever lists them: never the token itself. */
export function tokenJson({ name, role, created_at, expires_at }: Token): JsonObject {
  return { name, role, created_at, expires_at };
}

function shown({ name, role, created_at, expires_at }: StoredToken): Token {
  return { name, role, created_at, expires_at };
}

function digestOf(plain: string): Buffer {
  return createHash('sha256').update(plain).digest();
}
