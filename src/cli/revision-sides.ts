/** The two revisions that a command line names, loaded, and what is wrong in either of them. */
import { type DeclaredSide, type DeclaredSides, declaredSides } from '../flow/declared-sides.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { ReadRepository } from '../git/bare-repository.ts';
import { findCommit, mergeBase, resolveCommit } from '../git/revisions.ts';
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';
import { diagnosticsText } from './diagnostics.ts';
import type { InputOptions } from './options.ts';
import { revisionWorkspace } from './revision-workspace.ts';
import { loadOptions } from './selecting.ts';

export interface RevisionsAsked {
  readonly before: string;
  /** `null` for the working tree. */
  readonly after: string | null;
  /** Where the two parted takes the place of `before`: what it changed since is not to be told. */
  readonly sinceParted?: boolean;
}

export interface LoadedSides extends DeclaredSides {
  readonly workspace: Workspace;
  readonly isBare: boolean;
}

/** `known` is the repo, where it is open already. No secret is resolved, and no engine asked. */
export async function loadSides(
  context: CommandContext,
  revisions: RevisionsAsked,
  inputs: InputOptions,
  known: ReadRepository | null = null,
): Promise<LoadedSides> {
  const { signal } = context;
  const meant = revisions.after ?? revisions.before;
  const { workspace, isBare } = await revisionWorkspace(context, 'read', meant, known);
  const { root } = workspace.repository;
  if (isBare && revisions.after === null) {
    throw new TrueupError('usage', 'a bare repository has no working tree to compare with', {
      next: 'name both revisions',
    });
  }
  const [named, after] = await Promise.all([
    resolveCommit(root, revisions.before, signal),
    revisions.after === null ? null : resolveCommit(root, revisions.after, signal),
  ]);
  const before = revisions.sinceParted === true ? await parted(context, root, named, after) : named;
  const { secrets: _left, ...options } = loadOptions(inputs, 'leave');
  const sides = await declaredSides(workspace, { before, after }, options, signal);
  return { ...sides, workspace, isBare };
}

/** Merging brings what was changed since then, and takes nothing back that the other side has by now. */
async function parted(context: CommandContext, root: string, named: string, after: string | null): Promise<string> {
  const { signal } = context;
  const tip = after ?? (await findCommit(root, 'HEAD', signal));
  if (tip === null) return named;
  const base = await mergeBase(root, named, tip, signal);
  const short = named.slice(0, 7);
  if (base === null) {
    context.note(
      `No commit is known here from which ${short} and ${tip.slice(0, 7)} both come: they are compared as they are.`,
    );
  } else if (base !== named) {
    context.note(`${short} has gone on since ${base.slice(0, 7)}: what it changed meanwhile is left out.`);
  }
  return base ?? named;
}

/** What is wrong in a revision. Errors alone: warnings are for who plans or validates it. */
export async function noteMistakes(context: CommandContext, side: DeclaredSide): Promise<void> {
  const errors = side.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const { texts, revision } = side;
  const readFrom = texts === null || revision.commit === null ? null : { commit: revision.commit, texts };
  const lines = await diagnosticsText(errors, context.directory, context.renderError, readFrom);
  context.note(`${sideText(side)}:\n${lines}`);
}

/** `At 1a2b3c4d5e6f`, or `In the working tree`. */
function sideText({ texts, revision }: DeclaredSide): string {
  return texts === null ? 'In the working tree' : `At ${(revision.commit ?? '').slice(0, 12)}`;
}
