/** What the current context of a kubeconfig leads to, with its certificates in it in place of the files that it names. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../../model/json.ts';
import type { ContextEntry } from './entry.ts';

export async function embeddedContext(kubeconfig: string): Promise<Pick<ContextEntry, 'cluster' | 'user'>> {
  const config = parsed(kubeconfig);
  const context = named(config, 'contexts', member(config, 'current-context'), 'context');
  const [cluster, user] = [
    named(config, 'clusters', context['cluster'] ?? null, 'cluster'),
    named(config, 'users', context['user'] ?? null, 'user'),
  ];
  return {
    cluster: await embedded(cluster, ['certificate-authority']),
    user: await embedded(user, ['client-certificate', 'client-key']),
  };
}

function parsed(text: string): Json {
  try {
    return parse(text) as Json;
  } catch (error) {
    throw unusable('it is no YAML', error);
  }
}

function named(config: Json, list: string, name: Json, holds: string): JsonObject {
  const elements = member(config, list);
  const found = (isJsonArray(elements) ? elements : []).find((element) => member(element, 'name') === name);
  const held = found === undefined || name === null ? null : member(found, holds);
  if (isJsonObject(held)) return held;
  throw unusable(`it has no current ${holds}`);
}

async function embedded(value: JsonObject, fields: readonly string[]): Promise<JsonObject> {
  const result: Record<string, Json> = { ...value };
  for (const field of fields) {
    const path = value[field];
    if (typeof path !== 'string') continue;
    delete result[field];
    try {
      result[`${field}-data`] = (await readFile(path)).toString('base64');
    } catch (error) {
      throw unusable(`its ${field} ${path} cannot be read`, error);
    }
  }
  return result;
}

function unusable(why: string, cause?: unknown): TrueupError {
  return new TrueupError('engine_unreachable', `the cluster's own kubeconfig cannot be used: ${why}`, {
    cause,
    next: 'apply again: what is lost of it is written anew, or the cluster is made anew',
  });
}
