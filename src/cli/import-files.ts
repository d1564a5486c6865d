/** Writes what an import makes: the manifest, and secrets for the user alone. Nothing that exists is overwritten unasked. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { PRIVATE_FILE, SHARED_FILE, writeFileAtomic } from '../files/atomic-file.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { ImportedSecret } from '../manifest/import/imported.ts';
import { SECRETS_FOLDER, secretFileText } from '../manifest/import/secret-files.ts';
import { TrueupError } from '../model/failure.ts';
import { makeHiddenFolder } from './hidden-folder.ts';
import { ignoreInGit } from './init/git-ignore.ts';

export interface ImportPlace {
  /** Paths relative to the root. */
  readonly folder: string;
  readonly manifest: string;
}

/** Throws for a name that is none, and where the environment exists already. */
export async function importPlace(
  { settings, tree }: Workspace,
  environment: string,
  force: boolean,
): Promise<ImportPlace> {
  if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(environment)) {
    throw new TrueupError('usage', `"${environment}" cannot be the name of an environment`, {
      next: 'use at most 63 of the characters a-z, 0-9, "_", "." and "-", beginning with a letter or digit',
    });
  }
  const folder = posix.join(settings.folders.environments, environment);
  if (!force && (await tree.list(folder)) !== null) {
    throw new TrueupError('usage', `${folder}/ exists, and nothing was overwritten`, {
      next: 'choose another name, or pass --force to write over its environment.yaml and the secrets that it imports',
    });
  }
  return { folder, manifest: posix.join(folder, 'environment.yaml') };
}

export interface WrittenImport {
  readonly created: readonly string[];
  /** Lines that were added to `.gitignore`. */
  readonly ignored: readonly string[];
}

/** Secrets last but one, once git ignores them; the manifest, without which none of them means anything, last. */
export async function writeImport(
  { repository: { root }, settings }: Workspace,
  place: ImportPlace,
  text: string,
  secrets: readonly ImportedSecret[],
  signal: AbortSignal,
): Promise<WrittenImport> {
  const hidden = posix.join(place.folder, SECRETS_FOLDER);
  const files = secrets.map(({ file }) => file);
  const kept = secrets.length === 0 ? [] : await makeHiddenFolder(root, { folder: hidden, files }, signal);
  const ignored = [...(await ignoreInGit(root, [settings.folders.state, settings.folders.reports])), ...kept];
  await Promise.all(
    secrets.map(({ file, plain }) => writeFileAtomic(join(root, hidden, file), secretFileText(plain), PRIVATE_FILE)),
  );
  const manifest = join(root, place.manifest);
  await mkdir(dirname(manifest), { recursive: true });
  await writeFileAtomic(manifest, text, SHARED_FILE);
  const created = [place.manifest, ...secrets.map(({ file }) => posix.join(hidden, file))];
  return { created, ignored };
}

/** Where editors find the schema: a path relative to the manifest, else where it is published. */
export function schemaFor({ repository: { root }, settings }: Workspace, { folder }: ImportPlace): string | null {
  const places = [
    posix.join('node_modules', 'trueup', 'schemas', 'environment.json'),
    posix.join(settings.folders.environments, 'environment.schema.json'),
  ];
  const found = places.find((path) => existsSync(join(root, path)));
  return found === undefined ? null : posix.relative(folder, found);
}
