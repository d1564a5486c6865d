/**
 * The settings of a daemon as a whole: its log, and what of it can be reached from elsewhere. They are those of the first
 * repo that it serves from a folder, and the operator's own where it serves URLs alone.
 */
import { resolve } from 'node:path';
import { readHead } from '../../git/head.ts';
import { openRepository, type Repository } from '../../git/repository.ts';
import { revisionTree } from '../../git/revision-tree.ts';
import { verifySigned } from '../../git/verify.ts';
import { workingTree } from '../../git/working-tree.ts';
import { defaultSettings, type LoadedSettings, loadSettings, type Settings } from '../../manifest/settings.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { TrueupError } from '../../model/failure.ts';
import { earlierSettings } from '../../serve/sources/earlier-settings.ts';
import type { CommandContext } from '../context.ts';
import type { OperatorSettings } from '../operator-settings.ts';
import type { ServeLogPlace } from '../serve-log.ts';

export interface DaemonSettings {
  readonly settings: Settings;
  /** Absolute: what they name is relative to it. */
  readonly root: string;
}

/** `folder` is the first that is served; `null` for URLs alone. Whoever opens its repo says what is wrong with them. */
export async function daemonSettings(
  folder: string | null,
  operator: OperatorSettings,
  signal: AbortSignal,
): Promise<DaemonSettings> {
  if (folder === null) return { settings: operator.settings, root: operator.folder };
  const repo = await openRepository(folder, signal);
  const { settings } = await settingsAtStart(repo, operator, signal);
  return { settings, root: repo.root };
}

/**
 * With which settings a repo is served from the first moment on. Where signatures count, nobody has signed what stands in
 * the working tree: they are those of its commit, and the defaults where that one is not signed either.
 */
export async function settingsAtStart(
  { root, gitDir }: Pick<Repository, 'root' | 'gitDir'>,
  { verifyFolder }: Pick<OperatorSettings, 'verifyFolder'>,
  signal: AbortSignal,
): Promise<LoadedSettings & { readonly isSigned: boolean }> {
  const policy = await verifyFolder(root);
  const { commit } = await readHead(root, gitDir, signal);
  if (policy === null) {
    const found = await loadSettings(workingTree(root, new Set()));
    return { ...(await withoutCommitted(found, { root, commit }, signal)), isSigned: false };
  }
  const none = { settings: defaultSettings(), diagnostics: [], isSigned: true };
  if (commit === null) return none;
  try {
    await verifySigned(root, { commit, tag: null }, policy, signal);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'signature_refused') return none;
    throw error;
  }
  await using tree = revisionTree(root, commit, signal);
  const found = await loadSettings(tree);
  return { ...(await withoutCommitted(found, { root, commit }, signal)), isSigned: true };
}

/**
 * Mistakes that were committed are said as the repo is read, and a daemon that starts meanwhile, after a reboot for instance,
 * goes by what was valid before. Those in the working tree alone are for who sits in front of it: it does not start.
 */
async function withoutCommitted(
  found: LoadedSettings,
  { root, commit }: { readonly root: string; readonly commit: string | null },
  signal: AbortSignal,
): Promise<LoadedSettings> {
  if (commit === null || !hasErrors(found.diagnostics)) return found;
  await using tree = revisionTree(root, commit, signal);
  const committed = await loadSettings(tree);
  return hasErrors(committed.diagnostics) ? ((await earlierSettings(root, commit, signal)) ?? found) : found;
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
