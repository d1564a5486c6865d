/** The workspace of a command that reads commits: of a repo with a working tree, or of a bare one. */
import { bareWorkspace } from '../flow/bare-workspace.ts';
import type { Workspace } from '../flow/workspace.ts';
import { openRepositoryToRead, type ReadRepository } from '../git/bare-repository.ts';
import { resolveCommit } from '../git/revisions.ts';
import type { CommandContext } from './context.ts';

export interface RevisionWorkspace {
  readonly workspace: Workspace;
  readonly isBare: boolean;
}

/**
 * `revision` is the one whose settings count where there is no working tree. Throws `revision_not_found`. `known` is the repo,
 * where somebody has opened it already.
 */
export async function revisionWorkspace(
  context: CommandContext,
  access: 'read' | 'change',
  revision: string,
  known: ReadRepository | null = null,
): Promise<RevisionWorkspace> {
  const { signal } = context;
  const { repository, isBare } = known ?? (await openRepositoryToRead(context.directory, signal));
  const opened = await context.workspace(access, { repository });
  if (!isBare) return { workspace: opened, isBare };
  const commit = await resolveCommit(repository.root, revision, signal);
  return { workspace: await bareWorkspace(opened, commit, signal), isBare };
}
