/**
 * What a kubeconfig says of its current cluster: where it is, and how to be let in. The kubeconfigs of our clusters hold
 * certificates or a token and nothing else, so this is all that a call needs. The Kubernetes client reads more, but takes longer
 * to load than a whole plan may take: it serves the watch alone.
 */
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { parse } from 'yaml';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, type Json, member, memberAt } from '../../../model/json.ts';

export interface Credentials {
  readonly server: URL;
  readonly options: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  readonly headers: Readonly<Record<string, string>>;
}

export async function credentialsOf(kubeconfig: string): Promise<Credentials> {
  const config = parsed(kubeconfig);
  const context = named(config, 'contexts', member(config, 'current-context'), 'context');
  const cluster = named(config, 'clusters', member(context, 'cluster'), 'cluster');
  const user = named(config, 'users', member(context, 'user'), 'user');
  const [ca, cert, key] = await Promise.all([
    content(cluster, 'certificate-authority'),
    content(user, 'client-certificate'),
    content(user, 'client-key'),
  ]);
  const token = textAt(user, 'token');
  const servername = textAt(cluster, 'tls-server-name');
  return {
    server: urlOf(textAt(cluster, 'server') ?? ''),
    options: {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(servername === null ? {} : { servername }),
      ...(member(cluster, 'insecure-skip-tls-verify') === true ? { rejectUnauthorized: false } : {}),
    },
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  };
}

function parsed(text: string): Json {
  try {
    return parse(text) as Json;
  } catch (error) {
    throw unusable('it is no YAML', error);
  }
}

/** What an element of one of the three lists holds. */
function named(config: Json, list: string, name: Json, holds: string): Json {
  const elements = member(config, list);
  const found = (isJsonArray(elements) ? elements : []).find((element) => member(element, 'name') === name);
  if (found === undefined || name === null) throw unusable(`it has no current ${holds}`);
  return member(found, holds);
}

/** In the file itself, or in one that it names. */
async function content(value: Json, field: string): Promise<Buffer | null> {
  const data = textAt(value, `${field}-data`);
  if (data !== null) return Buffer.from(data, 'base64');
  const path = textAt(value, field);
  if (path === null) return null;
  try {
    return await readFile(path);
  } catch (error) {
    throw unusable(`its ${field} ${path} cannot be read`, error);
  }
}

function textAt(value: Json, name: string): string | null {
  const found = memberAt(value, name);
  return typeof found === 'string' && found !== '' ? found : null;
}

function urlOf(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw unusable(`it has no address of a server`);
}

function unusable(why: string, cause?: unknown): TrueupError {
  return new TrueupError('engine_unreachable', `the cluster's own kubeconfig cannot be used: ${why}`, {
    cause,
    next: 'apply again: what is lost of it is written anew, or the cluster is made anew',
  });
}
