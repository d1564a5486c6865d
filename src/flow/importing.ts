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
import type { ForeignSelection, ForeignView, LeftOut } from '../model/foreign.ts';
import { nearest } from '../model/nearest.ts';
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
  const view = await viewOf(workspace, request, signal);
  assertNamed(view);
  if (view.objects.length === 0 && view.left.length === 0) throw nothingMeant();
  const paths = new Set(view.objects.flatMap(({ object }) => mountedHostPaths(object.configured)));
  const there = new Set<string>();
  await Promise.all([...paths].map(async (path) => ((await isThere(path)) ? there.add(path) : there)));
  const { root } = workspace.repository;
  const folder = posix.join(workspace.settings.folders.environments, request.environment);
  const imported = importObjects({
    environment: request.environment,
    facts: view.facts,
    objects: view.objects,
    exists: (path) => there.has(path),
    named: (path) => pathFrom(path, folder, root),
  });
  return { imported, left: view.left };
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

function nothingMeant(): TrueupError {
  return new TrueupError('object_missing', 'nothing on the engine belongs to that project, or has that label', {
    next: 'look at what is there with the tools of the engine',
  });
}

/** Within the repo relative to the manifest, so that it is right in every checkout. */
export function pathFrom(path: string, folder: string, root: string): string {
  const inRepo = relative(root, path).split(sep).join('/');
  if (inRepo === '..' || inRepo.startsWith('../') || inRepo.startsWith('/')) return path;
  const fromFolder = posix.relative(folder, inRepo);
  return fromFolder.startsWith('.') ? fromFolder : `./${fromFolder}`;
}
