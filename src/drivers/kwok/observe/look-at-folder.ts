/** Looks at the clusters of an engine as their folders have them: whose they are, what they consist of, and what of it runs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import { TrueupError } from '../../../model/failure.ts';
import { clusterFolder, clustersFolder, type Engine, FILES } from '../engine.ts';
import { type Mark, parseMark } from '../marks.ts';
import { parseSettings, type Settings } from '../settings.ts';
import { type ComponentSight, lookAtComponents, lookAtUnwritten } from './components.ts';
import { processesOf } from './processes.ts';

/** A cluster as its folder has it. */
export interface FolderSight {
  readonly name: string;
  readonly folder: string;
  readonly mark: Mark | null;
  readonly settings: Settings | null;
  readonly components: readonly ComponentSight[];
}

/** The names of all clusters. Rejects with `engine_unreachable` where nobody may look. */
export async function clusterNames(engine: Engine): Promise<readonly string[]> {
  const folder = clustersFolder(engine);
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return [];
    throw new TrueupError('engine_unreachable', `the folder of clusters ${folder} cannot be read: ${errno ?? 'why?'}`, {
      cause: error,
      fields: { folder },
      next: 'let this user read it, or declare another root of the engine',
    });
  }
}

export async function lookAtFolder(engine: Engine, name: string): Promise<FolderSight> {
  const folder = clusterFolder(engine, name);
  const [marked, written] = await Promise.all([textOf(join(folder, FILES.mark)), textOf(join(folder, FILES.config))]);
  const settings = parseSettings(written);
  const { commandOf } = processesOf();
  const components =
    settings === null
      ? await lookAtUnwritten(folder, commandOf)
      : await lookAtComponents(folder, settings.components, commandOf);
  return { name, folder, mark: parseMark(marked), settings, components };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
