/** Load and select, of the working tree or of the commit that `--revision` names. */
import { loadPinned } from '../flow/pinned-load.ts';
import type { Selected } from '../flow/selection.ts';
import { selectAt } from '../flow/selection-at.ts';
import type { Workspace } from '../flow/workspace.ts';
import { resolveCommit } from '../git/revisions.ts';
import type { DiagnosticCode } from '../model/codes.ts';
import type { Plan } from '../model/plan.ts';
import type { CommandContext } from './context.ts';
import { diagnosticsText } from './diagnostics.ts';
import type { InputOptions } from './options.ts';
import { revisionWorkspace } from './revision-workspace.ts';
import { noteUnpinned } from './revisions.ts';
import { loadOptions, loadSelected } from './selecting.ts';

export interface SelectedAt extends Selected {
  /** What the revision does not decide; `null` for the working tree, which is what it is. */
  readonly unpinned: readonly string[] | null;
}

export interface SelectionAt {
  readonly workspace: Workspace;
  readonly selected: readonly SelectedAt[];
  readonly isBare: boolean;
}

export interface SelectAtOptions {
  readonly access: 'read' | 'change';
  readonly secrets: 'resolve' | 'leave';
  /** Warnings that what comes of the selection says by itself. */
  readonly told: readonly DiagnosticCode[];
}

/** All environments where no word names one. Says what is not pinned. */
export async function selectedAt(
  context: CommandContext,
  revision: string | undefined,
  words: readonly string[],
  inputs: InputOptions,
  { access, secrets, told }: SelectAtOptions,
): Promise<SelectionAt> {
  if (revision === undefined) {
    const workspace = await context.workspace(access);
    const selected = await loadSelected(context, workspace, words, inputs, { secrets, without: 'all', told });
    return { workspace, selected: selected.map((item) => ({ ...item, unpinned: null })), isBare: false };
  }
  const { workspace, isBare } = await revisionWorkspace(context, access, revision);
  const commit = await resolveCommit(workspace.repository.root, revision, context.signal);
  const pinned = await loadPinned(workspace, commit, loadOptions(inputs, secrets), context.signal);
  const { result, texts } = pinned;
  const chosen = selectAt(words, pinned);
  const files = new Set(chosen.flatMap(({ environment }) => environment.files));
  const warnings = result.diagnostics.filter(
    ({ code, severity, source }) =>
      severity === 'warning' && !told.includes(code) && (source === null || files.has(source.file)),
  );
  if (warnings.length > 0) {
    context.note(await diagnosticsText(warnings, context.directory, context.renderError, { commit, texts }));
  }
  const selected = chosen.map((item) => ({ ...item, unpinned: pinned.unpinned(item.environment) }));
  noteUnpinned(context, [...new Set(selected.flatMap(({ unpinned }) => unpinned))]);
  return { workspace, selected, isBare };
}

/** The plan with what its revision does not decide among its inputs. */
export function withUnpinned(plan: Plan, unpinned: readonly string[] | null): Plan {
  return unpinned === null ? plan : { ...plan, inputs: { ...plan.inputs, unpinned } };
}
