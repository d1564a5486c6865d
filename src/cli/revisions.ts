/** What `rollback` and `bisect` share: which environment is meant whatever the working tree is like, and what is not pinned. */
import type { LoadedAtRevision } from '../flow/at-revision.ts';
import { loadDesired } from '../flow/load.ts';
import type { Workspace } from '../flow/workspace.ts';
import { TrueupError } from '../model/failure.ts';
import { compareText } from '../model/json.ts';
import { safeText } from '../report/safe-text.ts';
import { recordedEnvironments } from '../state/recorded.ts';
import type { CommandContext } from './context.ts';
import { diagnosticsText } from './diagnostics.ts';
import type { InputOptions } from './options.ts';
import { loadOptions } from './selecting.ts';

/** Environments that the working tree declares, with or without mistakes; where it has none, those that were applied. */
export async function knownEnvironments(
  context: CommandContext,
  workspace: Workspace,
  inputs: InputOptions,
): Promise<readonly string[]> {
  const { found } = await loadDesired(workspace, loadOptions(inputs, 'leave'), context.signal);
  const declared = found.filter(({ abstract }) => !abstract).map(({ name }) => name);
  return (declared.length > 0 ? declared : await recordedEnvironments(workspace.state)).toSorted(compareText);
}

/** The only one; else says how to name one of several. */
export function onlyEnvironment(known: readonly string[], next: string): string {
  const [only, ...more] = known;
  if (only === undefined) {
    throw new TrueupError('no_environments', 'no environment is declared here, and none was applied from here', {
      next,
    });
  }
  if (more.length === 0) return only;
  throw new TrueupError('usage', `this repo has ${known.length} environments: ${known.join(', ')}`, { next });
}

/** Warnings of the manifests of a commit, and what the commit does not decide. */
export async function noteLoaded(context: CommandContext, loaded: LoadedAtRevision): Promise<void> {
  const { warnings, unpinned, commit, texts } = loaded;
  if (warnings.length > 0) {
    context.note(await diagnosticsText(warnings, context.directory, context.renderError, { commit, texts }));
  }
  noteUnpinned(context, unpinned);
}

/** What a revision does not decide. */
export function noteUnpinned(context: CommandContext, unpinned: readonly string[]): void {
  if (unpinned.length === 0) return;
  const lines = unpinned.map((what) => `  ${safeText(what)}`);
  context.note(`Not pinned: these are as they are now, whatever the revision.\n${lines.join('\n')}`);
}
