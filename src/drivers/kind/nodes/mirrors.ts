/**
 * Registry mirrors as containerd reads them: one file per registry in each node, read anew whenever an image is fetched. What others
 * have written there is left alone, unless it is about a registry that we write of. Pure.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { NodeFiles } from '../observe/node-files.ts';

/** Each node is told at its creation to look there. */
export const MIRRORS_FOLDER = '/etc/containerd/certs.d';

const MARK = '# Written by trueup.';

/** Files by their paths below the folder. */
export function mirrorFiles(mirrors: Json): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(isJsonObject(mirrors) ? mirrors : {}).map(([registry, urls]) => [
      `${registry}/hosts.toml`,
      hostsFile(
        registry,
        (isJsonArray(urls) ? urls : []).filter((url) => typeof url === 'string'),
      ),
    ]),
  );
}

/** In the order in which they are asked; the registry itself is asked last. */
function hostsFile(registry: string, urls: readonly string[]): string {
  const server = registry === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry}`;
  const hosts = urls.map((url) => `\n[host.${JSON.stringify(url)}]\n  capabilities = ["pull", "resolve"]\n`);
  return `${MARK}\nserver = ${JSON.stringify(server)}\n${hosts.join('')}`;
}

/** The mirrors that files of a node name, ours or not. */
export function readMirrors(files: NodeFiles): JsonObject {
  return Object.fromEntries(
    [...files].flatMap(([path, text]) => {
      const registry = /^(.+)\/hosts\.toml$/.exec(path)?.[1];
      const urls = [...text.matchAll(/^\s*\[host\.["']([^"'\n]*)["']\]/gm)].map((match) => match[1] ?? '');
      return registry === undefined || urls.length === 0 ? [] : [[registry, urls]];
    }),
  );
}
