/**
 * Import: looks at what trueup did not make, and says what its manifest would be. Nothing is written here; what would be
 * written is loaded first, so that no import leaves behind a manifest that does not validate.
 */
import { posix, relative, sep } from 'node:path';
import { isThere } from '../files/is-there.ts';
import { importObjects } from '../manifest/import/plan-import.ts';
import type { Imported } from '../manifest/import/imported.ts';
import { mountedHostPaths } from '../manifest/import/mounts.ts';
import { TrueupError } from '../model/failure.ts';
import type { ForeignObject, ForeignSelection, ForeignView, LeftOut } from '../model/foreign.ts';
import { isJsonObject, type JsonObject, member, memberAt, scalarText } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { type ClaimedAlready, claimedAlready } from './claimed-already.ts';
import type { Workspace } from './workspace.ts';

export interface ImportRequest {
  /** Of the new environment. */
  readonly environment: string;
  /** Which kind of engine; the one that an environment has undeclared is asked. */
  readonly driver: string;
  readonly selection: ForeignSelection;
}

export interface ImportFound {
  readonly imported: Imported;
  readonly left: readonly LeftOut[];
}

/** Throws where the engine does not answer, or has nothing that is meant. */
export async function importFromEngine(
  workspace: Workspace,
  request: ImportRequest,
  signal: AbortSignal,
): Promise<ImportFound> {
  const { environment } = request;
  const [view, already] = await Promise.all([
    viewOf(workspace, request, signal),
    claimedAlready(workspace, request, signal),
  ]);
  assertNamed(view);
  if (view.objects.length === 0 && view.left.length === 0) throw nothingMeant(request.selection, view);
  const { objects, left } = withoutClaimed(view, already);
  const paths = new Set(objects.flatMap(({ object }) => mountedHostPaths(object.configured)));
  const there = new Set<string>();
  await Promise.all([...paths].map(async (path) => ((await isThere(path)) ? there.add(path) : there)));
  const { root } = workspace.repository;
  const folder = posix.join(workspace.settings.folders.environments, environment);
  const imported = importObjects({
    environment,
    facts: view.facts,
    objects,
    projects: already.projects,
    exists: (path) => there.has(path),
    named: (path) => pathFrom(path, folder, root),
  });
  return { imported, left };
}

/** What another environment claims stays with it; networks and volumes of it that are used here as well are external. */
function withoutClaimed({ objects, left }: Known, already: ClaimedAlready): Pick<Known, 'objects' | 'left'> {
  const claimantOf = ({ object }: ForeignObject): string | null => already.claimantOf(object.type, object.name);
  const kept = objects.filter(({ object }) => object.type === 'service').filter((one) => claimantOf(one) === null);
  const used = new Set(kept.flatMap(({ object: { configured } }) => usedNames(configured)));
  return {
    objects: objects.flatMap((foreign) => {
      if (claimantOf(foreign) === null) return [foreign];
      const { type, name } = foreign.object;
      return used.has(`${type} ${name}`) ? [{ ...foreign, shared: true }] : [];
    }),
    left: [
      ...left,
      ...objects.flatMap((foreign) => {
        const [{ type, name }, claimant] = [foreign.object, claimantOf(foreign)];
        const isLeft = claimant !== null && !used.has(`${type} ${name}`);
        return isLeft ? [{ type, name, reason: `the environment ${claimant} claims it already` }] : [];
      }),
    ],
  };
}

/** `network lab` and `volume data`, by their physical names. */
function usedNames(configured: JsonObject): readonly string[] {
  const networks = memberAt(configured, 'networking', 'networks');
  const mounts = memberAt(configured, 'storage', 'volumes');
  return [
    ...(isJsonObject(networks) ? Object.keys(networks).map((name) => `network ${name}`) : []),
    ...(isJsonObject(mounts)
      ? Object.values(mounts).map((mount) => `volume ${scalarText(member(mount, 'volume'))}`)
      : []),
  ];
}

type Known = Extract<ForeignView, { status: 'known' }>;

async function viewOf(
  { drivers, vault }: Workspace,
  { driver: name, selection }: ImportRequest,
  signal: AbortSignal,
): Promise<Known> {
  const driver = await drivers.load(name);
  if (driver === null) throw new TrueupError('internal', `there is no driver "${name}"`);
  const observer = await driver.observer({ name, driver: name, settings: {} }, vault);
  try {
    const view = await observer.observeForeign?.(selection, signal);
    if (view === undefined)
      throw new TrueupError('usage', `nothing but trueup makes things on an engine of driver "${name}"`);
    if (view.status === 'known') return view;
    throw new TrueupError('engine_unreachable', view.error, {
      retryable: true,
      fields: { engine: name },
      next: '`trueup doctor` says what to do',
    });
  } finally {
    await observer.close();
  }
}

function assertNamed({ unknown, names }: Known): void {
  const [first] = unknown;
  if (first === undefined) return;
  const suggestion = nearest(first, names);
  throw new TrueupError(
    'object_missing',
    `nothing on the engine is called ${unknown.map((name) => `"${name}"`).join(', ')}`,
    {
      fields: { names: unknown },
      next:
        suggestion === null ? 'look at what is there with the tools of the engine' : `did you mean "${suggestion}"?`,
    },
  );
}

function nothingMeant({ project, labels, all }: ForeignSelection, { projects }: Known): TrueupError {
  const what = [
    ...(project === null ? [] : [`belongs to the project "${project}"`]),
    ...(labels.length === 0 ? [] : ['has that label']),
    ...(all ? ['was made by anybody but trueup'] : []),
  ];
  const suggestion = project === null ? null : nearest(project, projects);
  const known =
    projects.length === 0 ? 'look at what is there with the tools of the engine' : `there is: ${projects.join(', ')}`;
  return new TrueupError('object_missing', `nothing on the engine ${what.join(', or ')}`, {
    fields: { projects },
    next: suggestion === null ? known : `did you mean "${suggestion}"?`,
  });
}

/** Within the repo relative to the manifest, so that it is right in every checkout. */
export function pathFrom(path: string, folder: string, root: string): string {
  const inRepo = relative(root, path).split(sep).join('/');
  if (inRepo === '..' || inRepo.startsWith('../') || inRepo.startsWith('/')) return path;
  const fromFolder = posix.relative(folder, inRepo);
  return fromFolder.startsWith('.') ? fromFolder : `./${fromFolder}`;
}
