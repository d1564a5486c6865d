/** Looks at the clusters of an engine as their folders have them: whose they are, what they consist of, and what of it runs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import { isMissing } from '../../../files/is-missing.ts';
import type { Scope } from '../../scope.ts';
import { clusterFolder, clustersFolder, type Engine, FILES } from '../engine.ts';
import { type Mark, parseMark } from '../marks.ts';
import { parseSettings, type Settings } from '../settings.ts';
import { type ComponentSight, lookAtComponents, lookAtUnwritten } from './components.ts';
import { isExpected, isMeant } from './meant.ts';
import { processesOf } from './processes.ts';
import { unreadable } from './unreadable.ts';

/** A cluster as its folder has it. */
export interface FolderSight {
  readonly name: string;
  readonly folder: string;
  readonly mark: Mark | null;
  readonly settings: Settings | null;
  readonly components: readonly ComponentSight[];
}

/** The names of all clusters. Rejects with `engine_unreachable` where nobody may look. */
async function clusterNames(engine: Engine): Promise<readonly string[]> {
  const folder = clustersFolder(engine);
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const empty = await Promise.all(names.map((name) => isEmptyFolder(clusterFolder(engine, name))));
    return names.filter((_, index) => empty[index] !== true);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw unreadable(`the folder of clusters ${folder}`, folder, error);
  }
}

/** Whether there is nothing in it, or nothing but a mark that a killed run did not get to put in place. False where nobody may look. */
export async function isEmptyFolder(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).every((name) => UNFINISHED_MARK.test(name));
  } catch {
    return isMissing(folder);
  }
}

const UNFINISHED_MARK = /^trueup\.json\.[0-9a-f]+\.tmp$/;

/** Of all clusters that are meant. Rejects with `engine_unreachable` where one of them cannot be read. */
export function lookAtFolders(engine: Engine, scope: Scope): Promise<readonly FolderSight[]> {
  return lookAtEach(engine, (name) => lookIfMeant(engine, name, scope));
}

/** The same, without those that cannot be read. */
export function lookAtReadable(engine: Engine, scope: Scope): Promise<readonly FolderSight[]> {
  return lookAtEach(engine, (name) => lookIfMeant(engine, name, scope).catch(() => null));
}

/** The names of those of which nobody can read whose they are. */
export function unreadableClusters(engine: Engine): Promise<readonly string[]> {
  return lookAtEach(engine, (name) =>
    markOf(engine, name).then(
      () => null,
      () => name,
    ),
  );
}

async function lookAtEach<T>(engine: Engine, look: (name: string) => Promise<T | null>): Promise<readonly T[]> {
  const looked = await Promise.all((await clusterNames(engine)).map(look));
  return looked.filter((sight) => sight !== null);
}

/** One of which nobody can read whose it is counts as somebody else's, unless it is known to be meant. */
async function lookIfMeant(engine: Engine, name: string, scope: Scope): Promise<FolderSight | null> {
  const mark = await markOf(engine, name).catch((error: unknown) => {
    if (isExpected(name, scope)) throw error;
    return null;
  });
  return isMeant({ name, mark }, scope) ? lookInto(engine, name, mark) : null;
}

export async function lookAtFolder(engine: Engine, name: string): Promise<FolderSight> {
  return lookInto(engine, name, await markOf(engine, name));
}

async function markOf(engine: Engine, name: string): Promise<Mark | null> {
  return parseMark(await textOf(join(clusterFolder(engine, name), FILES.mark)));
}

async function lookInto(engine: Engine, name: string, mark: Mark | null): Promise<FolderSight> {
  const folder = clusterFolder(engine, name);
  const written = await textOf(join(folder, FILES.config));
  const settings = parseSettings(written);
  const { commandOf } = processesOf();
  const components =
    settings === null
      ? await lookAtUnwritten(folder, commandOf)
      : await lookAtComponents(folder, settings.components, commandOf);
  return { name, folder, mark, settings, components };
}

/** Empty for what is not there. What cannot be read may say whose it is: nobody knows, and so it is nobody's to touch. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(path)) return '';
    throw unreadable(`the cluster at ${path}`, path, error);
  }
}
