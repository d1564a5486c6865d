/**
 * The settings of a daemon as a whole: its log, and what of it can be reached from elsewhere. They are those of the first
 * repo that it serves from a folder, and the operator's own where it serves URLs alone.
 */
import { resolve } from 'node:path';
import { openRepository } from '../../git/repository.ts';
import { workingTree } from '../../git/working-tree.ts';
import { loadSettings, type Settings } from '../../manifest/settings.ts';
import type { CommandContext } from '../context.ts';
import { loadOperatorSettings } from '../operator-settings.ts';
import type { ServeLogPlace } from '../serve-log.ts';

export interface DaemonSettings {
  readonly settings: Settings;
  /** Absolute: what they name is relative to it. */
  readonly root: string;
}

/** `folder` is the first that is served; `null` for URLs alone. Whoever opens its repo says what is wrong with them. */
export async function daemonSettings(folder: string | null, signal: AbortSignal): Promise<DaemonSettings> {
  if (folder === null) {
    const { settings, folder: root } = await loadOperatorSettings(process.env);
    return { settings, root };
  }
  const { root } = await openRepository(folder, signal);
  return { settings: (await loadSettings(workingTree(root, new Set()))).settings, root };
}

/** The command line has the last word on the file. */
export function logPlace(
  { directory }: Pick<CommandContext, 'directory'>,
  { settings: { log }, root }: DaemonSettings,
  { logFile }: { readonly logFile?: string },
  mask: (text: string) => string,
): ServeLogPlace {
  const declared = log.file === null ? null : resolve(root, log.file);
  return { ...log, file: logFile === undefined ? declared : resolve(directory, logFile), mask };
}
