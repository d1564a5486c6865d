/** The folder in which the docker command keeps its settings, its contexts among them. Only read. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { TlsFiles } from './endpoint.ts';

export interface DockerContext {
  /** As it stands in the context; `null` where it names none, which means the default. */
  readonly host: string | null;
  readonly tls: TlsFiles | null;
}

export function homeOf(environment: NodeJS.ProcessEnv): string {
  return environment['HOME'] || homedir();
}

export function dockerConfigFolder(environment: NodeJS.ProcessEnv): string {
  return environment['DOCKER_CONFIG'] || join(homeOf(environment), '.docker');
}

/** What `docker context use` chose last; `null` for none. */
export function currentContext(folder: string): string | null {
  const path = join(folder, 'config.json');
  const config = readJson(path);
  const name = valueAt(config, 'currentContext');
  return typeof name === 'string' && name !== '' ? name : null;
}

/** `null` where there is no context of this name. */
export function readContext(folder: string, name: string): DockerContext | null {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts', 'meta', id, 'meta.json');
  const meta = readJson(path);
  if (meta === null) return null;
  const endpoint = valueAt(valueAt(meta, 'Endpoints'), 'docker');
  if (endpoint === null) throw broken(path, 'it names no endpoint for docker', null);
  const host = valueAt(endpoint, 'Host');
  return {
    host: typeof host === 'string' && host !== '' ? host : null,
    tls: tlsOf(join(folder, 'contexts', 'tls', id, 'docker'), valueAt(endpoint, 'SkipTLSVerify') === true),
  };
}

/** The names of all contexts that can be read, for suggestions. */
export function contextNames(folder: string): readonly string[] {
  const meta = join(folder, 'contexts', 'meta');
  try {
    return readdirSync(meta).flatMap((id) => {
      const name = valueAt(JSON.parse(readFileSync(join(meta, id, 'meta.json'), 'utf8')), 'Name');
      return typeof name === 'string' ? [name] : [];
    });
  } catch {
    return [];
  }
}

/** A context has TLS when it has any file for it, or says that the engine need not prove itself. */
function tlsOf(folder: string, skipVerify: boolean): TlsFiles | null {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => {
    const path = join(folder, file);
    return existsSync(path) ? path : null;
  });
  if (!ca && !cert && !key && !skipVerify) return null;
  return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, verify: !skipVerify };
}

/** `null` where there is no such file. */
function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return null;
    throw broken(path, `it cannot be read: ${errno}`, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(path, 'it is no JSON', error);
  }
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  return (value as Readonly<Record<string, unknown>>)[key] ?? null;
}

function broken(path: string, why: string, cause: unknown): TrueupError {
  return new TrueupError('engine_unreachable', `cannot tell which engine is meant: ${path} is broken: ${why}`, {
    cause,
    fields: { path },
    next: 'repair or remove the file, or name the engine with `host:` in the manifest or with DOCKER_HOST',
  });
}
