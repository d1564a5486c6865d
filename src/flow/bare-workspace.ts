/** The workspace of a bare repo: settings stand in the commit that is read, and there are no files beside it. */
import { NO_FILES } from '../git/bare-repository.ts';
import { loadSettings } from '../manifest/settings.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import { openCommit } from './at-revision.ts';
import type { Workspace } from './workspace.ts';

/** `commit` is a full hash. Throws InvalidManifestsError for settings with mistakes. */
export async function bareWorkspace(workspace: Workspace, commit: string, signal: AbortSignal): Promise<Workspace> {
  await using opened = openCommit(workspace, commit, signal);
  const { settings, diagnostics } = await loadSettings(opened.tree);
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(diagnostics, { commit, texts: opened.texts });
  return { ...workspace, tree: NO_FILES, settings };
}
