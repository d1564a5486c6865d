/**
 * Writing drift: what was found outside of git, or declared by another environment, becomes the smallest edits of the manifests that
 * say it, in files that no other environment reads. Each edit is loaded before it counts; nothing is written here.
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { editedTree } from '../manifest/edit/edited-tree.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import { Folders } from '../manifest/folder.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { DriftWriting } from '../model/drift-writing.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import type { Address } from '../model/address.ts';
import { DriftWriter } from './drift-writer.ts';
import type { FoundResource } from './drift-objections.ts';
import { declaredNames } from './declared-names.ts';
import { loadDesired, type LoadOptions, modelsOf } from './load.ts';
import type { Workspace } from './workspace.ts';

export interface FoundOtherwise {
  readonly environment: string;
  readonly drift: readonly FoundResource[];
  /** What cannot be looked at, because somebody else's object has its name. */
  readonly taken: ReadonlySet<Address>;
  /** Whether manifests say it too, and in the same words: no engine is asked what is the same. */
  readonly isDeclared: boolean;
}

/** Of one environment. Throws InvalidManifestsError where what other environments read cannot be told. */
export async function writingOf(
  workspace: Workspace,
  { environment: name, drift, taken, isDeclared }: FoundOtherwise,
  options: Omit<LoadOptions, 'secrets' | 'name' | 'at'>,
  signal: AbortSignal,
): Promise<DriftWriting> {
  const nameDeclared = declaredNames();
  const load = (texts: ReadonlyMap<string, string>): ReturnType<typeof loadDesired> => {
    const tree = editedTree(workspace.tree, texts);
    return loadDesired({ ...workspace, tree }, { ...options, secrets: 'leave', nameDeclared }, signal);
  };
  const loaded = await load(new Map());
  const environment = loaded.environments.find((candidate) => candidate.name === name);
  if (hasErrors(loaded.diagnostics)) {
    // Who is shown mistakes of his own knows why nothing is edited.
    const next = `mend that first: ${name} is not edited while nobody can tell which of its files this is read with`;
    throw new InvalidManifestsError(loaded.diagnostics, null, null, environment === undefined ? {} : { next });
  }
  if (environment === undefined) return { environment: name, files: [], written: [], by_hand: [] };
  const writer = new DriftWriter({
    environment,
    root: workspace.repository.root,
    environments: loaded.environments,
    models: isDeclared ? new Map() : await modelsOf(environment, workspace.drivers),
    texts: await ownTexts(workspace, environment, loaded.environments),
    taken,
    missing: new Set(drift.filter(({ kind }) => kind === 'missing').map(({ address }) => address)),
    isKnownSecret: (text) => workspace.vault.mask(text) !== text,
    load: async (texts) => {
      const { environments, diagnostics } = await load(texts);
      return { environments, errors: diagnostics.filter(({ severity }) => severity === 'error') };
    },
  });
  return writer.write(drift);
}

/** Texts of the manifests in its folder that no other environment reads, under whatever name. */
async function ownTexts(
  { tree, repository: { root } }: Workspace,
  environment: LoadedEnvironment,
  environments: readonly LoadedEnvironment[],
): Promise<ReadonlyMap<string, string>> {
  const placeOf = (file: string): Promise<string | null> => realpath(resolve(root, file)).catch(() => null);
  const others = environments.filter(({ name }) => name !== environment.name).flatMap(({ files }) => files);
  const taken = new Set(await Promise.all([...new Set(others)].map(placeOf)));
  const folder = await new Folders(tree).open(environment.folder);
  const texts = new Map<string, string>();
  const home = await realpath(root);
  for (const { file } of folder?.layers ?? []) {
    const place = await placeOf(file.path);
    // What a link leads to may be anybody's.
    if (place === resolve(home, file.path) && !taken.has(place)) texts.set(file.path, file.text);
  }
  return texts;
}
