/**
 * The configurations that were applied to the VMs of an environment, one line each, oldest first; of a VM no more than
 * {@link MOST_VERSIONS} are kept. It helps people and `rollback`, and nothing is ever found by it.
 */
import { dirname } from 'node:path';
import { syncFolder, writeFileAtomic } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { CONFIGURATION_HISTORY_FORMAT_VERSION, type ConfigurationVersion } from '../model/configuration-history.ts';
import { TrueupError } from '../model/failure.ts';
import type { StateFolder } from './folder.ts';
import { moveAside } from './move-aside.ts';
import { count, flag, nullable, objectOf, text } from './shape.ts';
import { parseJson } from './stored-json.ts';
import { headerLine, readStoredLines } from './stored-lines.ts';
import { unreadable, unwritable } from './system-error.ts';
import { vmConfigurationPath } from './vm-files.ts';

const MOST_VERSIONS = 200;

const VERSION_SHAPE = objectOf({
  id: text,
  configId: text,
  version: count,
  content: text,
  changeDescription: text,
  createdAt: text,
  revision: objectOf({ commit: nullable(text), dirty: flag }),
  digest: text,
});

export interface VersionReading {
  /** Of all VMs of the environment, oldest first. */
  readonly versions: readonly ConfigurationVersion[];
  readonly problem: TrueupError | null;
}

/** Never rejects for what the file holds. */
export async function readVmConfigurations(folder: StateFolder, environment: string): Promise<VersionReading> {
  const path = vmConfigurationPath(folder, environment);
  const stored = await readStoredLines(path, CONFIGURATION_HISTORY_FORMAT_VERSION);
  if (stored.status === 'missing') return { versions: [], problem: null };
  if (stored.status === 'too_new') return { versions: [], problem: tooNew(path, stored.found) };
  if (stored.status === 'damaged') {
    const problem = unreadable(path, stored.reason, 'The next apply moves it aside and begins anew.', stored.cause);
    return { versions: [], problem };
  }
  const versions = stored.lines.flatMap((line) => {
    const parsed = parseJson<ConfigurationVersion>(line, VERSION_SHAPE);
    return parsed.status === 'read' ? [parsed.value] : [];
  });
  return { versions, problem: null };
}

/** Adds what was applied. The caller holds the lock of the project. Rejects with `state_unwritable` or `state_too_new`. */
export async function appendVmConfigurations(
  folder: StateFolder,
  environment: string,
  added: readonly ConfigurationVersion[],
): Promise<void> {
  if (added.length === 0) return;
  const path = vmConfigurationPath(folder, environment);
  const { versions, problem } = await readVmConfigurations(folder, environment);
  if (problem?.code === 'state_too_new') throw problem;
  if (problem !== null) await moveAside(path);
  const byConfig = Map.groupBy([...versions, ...added], ({ configId }) => configId);
  const kept = [...byConfig.values()].flatMap((all) => all.slice(-MOST_VERSIONS));
  const lines = [headerLine(CONFIGURATION_HISTORY_FORMAT_VERSION), ...kept.map((version) => JSON.stringify(version))];
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, `${lines.join('\n')}\n`);
    await syncFolder(dirname(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: CONFIGURATION_HISTORY_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only earlier configurations of VMs are forgotten.',
  });
}
