/** What cloud-init is told, read back from the volumes that machines have for it. One process for all, and none for none. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Sealer } from '../../../model/secret.ts';
import { seedOf } from '../domain/disks.ts';
import { markOf, nameInMark } from '../marks.ts';
import type { DomainSight } from '../observe/look.ts';
import { withFolder } from '../virsh/files.ts';
import { toldOf } from '../virsh/told.ts';
import type { Virsh } from '../virsh/virsh.ts';
import type { XmlElement } from '../xml/element.ts';
import { readIso, type SeedFiles } from './iso.ts';
import { markedSecrets, readSeedFiles } from './seed-files.ts';

/** The fields of a definition that its seed says. */
export type SeedFields = (vm: string, domain: XmlElement) => JsonObject;

const NOTHING: JsonObject = { cloud_init: null, provision: [] };

export async function readSeeds(
  virsh: Virsh,
  domains: readonly DomainSight[],
  sealer: Sealer,
  signal: AbortSignal,
): Promise<SeedFields> {
  const names = domains.flatMap(({ name, inactive, live }) =>
    [inactive, live].flatMap((domain) => (domain === null ? [] : (seedOf(domain, nameInMark(inactive, name)) ?? []))),
  );
  const files = await downloaded(virsh, [...new Set(names)], signal);
  const secrets = new Map(domains.map(({ name, inactive }) => [name, markedSecrets(markOf(inactive)?.kept ?? {})]));
  const ownNames = new Map(domains.map(({ name, inactive }) => [name, nameInMark(inactive, name)]));
  return (vm, domain) => {
    const seed = seedOf(domain, ownNames.get(vm) ?? vm);
    return seed === null ? NOTHING : readSeedFiles(files.get(seed) ?? {}, secrets.get(vm) ?? [], sealer);
  };
}

function downloaded(
  virsh: Virsh,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SeedFiles>> {
  return withFolder(async (folder) => {
    const files = names.map((name, index) => ({ name, path: join(folder, String(index)) }));
    const answers = await virsh.ask(
      files.map(({ name, path }) => ['vol-download', '--pool', virsh.engine.pool, name, path]),
      signal,
    );
    // What somebody has removed says nothing; what cannot be read may say anything.
    for (const answer of answers) toldOf(virsh.engine, answer);
    const read = files.map(async ({ name, path }) => [name, readIso(await contentOf(path))] as const);
    return new Map(await Promise.all(read));
  });
}

/** Nothing where somebody has removed it. */
async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
