/**
 * Writing drift: what was found outside of git becomes the smallest edits of the manifests that say it, in files that no
 * other environment reads. Each edit is loaded before it counts; nothing is written here.
 */
import { editedTree } from '../manifest/edit/edited-tree.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import { Folders } from '../manifest/folder.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { DriftWriting } from '../model/drift-writing.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import { DriftWriter } from './drift-writer.ts';
import { loadDesired, type LoadOptions, modelsOf } from './load.ts';
import type { Workspace } from './workspace.ts';

/** Of one environment. Throws InvalidManifestsError where what other environments read cannot be told. */
export async function writingOf(
  workspace: Workspace,
  plan: Plan,
  options: Omit<LoadOptions, 'secrets' | 'name' | 'at'>,
  signal: AbortSignal,
): Promise<DriftWriting> {
  const load = (texts: ReadonlyMap<string, string>): ReturnType<typeof loadDesired> => {
    const tree = editedTree(workspace.tree, texts);
    return loadDesired({ ...workspace, tree }, { ...options, secrets: 'leave' }, signal);
  };
  const loaded = await load(new Map());
  if (hasErrors(loaded.diagnostics)) throw new InvalidManifestsError(loaded.diagnostics);
  const environment = loaded.environments.find(({ name }) => name === plan.environment);
  if (environment === undefined) return { environment: plan.environment, files: [], written: [], by_hand: [] };
  const writer = new DriftWriter({
    environment,
    environments: loaded.environments,
    models: await modelsOf(environment, workspace.drivers),
    texts: await ownTexts(workspace, environment, loaded.environments),
    isKnownSecret: (text) => workspace.vault.mask(text) !== text,
    load: async (texts) => {
      const { environments, diagnostics } = await load(texts);
      return hasErrors(diagnostics) ? [] : environments;
    },
  });
  return writer.write(plan.drift);
}

/** Texts of the manifests in its folder that no other environment reads. */
async function ownTexts(
  { tree }: Workspace,
  environment: LoadedEnvironment,
  environments: readonly LoadedEnvironment[],
): Promise<ReadonlyMap<string, string>> {
  const others = environments.filter(({ name }) => name !== environment.name).flatMap(({ files }) => files);
  const folder = await new Folders(tree).open(environment.folder);
  const own = (folder?.layers ?? []).filter(({ file }) => !others.includes(file.path));
  return new Map(own.map(({ file }) => [file.path, file.text]));
}
