/** Load and select, as all commands with environments and addresses do it. */
import { loadDesired, type LoadOptions, validOf } from '../flow/load.ts';
import { orphansOf } from '../flow/orphans.ts';
import { type Selected, type SelectingOptions, select } from '../flow/selection.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { LoadResult } from '../manifest/load.ts';
import type { DiagnosticCode } from '../model/codes.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { diagnosticsText } from './diagnostics.ts';
import type { InputOptions } from './options.ts';

export interface SelectOptions extends SelectingOptions {
  readonly secrets: LoadOptions['secrets'];
  /** What no words mean: all environments, or the only one, where several need `--all`. */
  readonly without: 'all' | 'only';
  readonly all?: boolean;
  /** Warnings that what comes of the selection says by itself. */
  readonly told?: readonly DiagnosticCode[];
}

/**
 * What the words of a command line mean, from valid manifests; warnings are printed. Mistakes in an environment that is
 * not meant do not keep the others from being used.
 */
export async function loadSelected(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  inputs: InputOptions,
  options: SelectOptions,
): Promise<readonly Selected[]> {
  const started = performance.now();
  const { parse } = context;
  const load = { ...loadOptions(inputs, options.secrets), ...(parse === undefined ? {} : { parse }) };
  const loaded = await loadDesired(workspace, load, context.signal);
  const { environments, diagnostics } = loaded;
  context.log.debug({ environments: environments.length, ms: Math.round(performance.now() - started) }, 'loaded');
  if (words.length === 0) await noteOrphans(context, workspace);
  const selected = selectValid(words, loaded, workspace, options);
  const untold = diagnostics.filter(({ code }) => options.told?.includes(code) !== true);
  await noteDiagnostics(context, words, selected, untold);
  if (words.length === 0 && options.without === 'only' && options.all !== true && environments.length > 1) {
    const names = environments.map((environment) => environment.name).join(', ');
    throw new TrueupError('usage', `this repo has ${environments.length} environments: ${names}`, {
      next: options.all === undefined ? 'name the one that you mean' : 'name the ones that you mean, or pass --all',
    });
  }
  return selected;
}

/** What lost its manifests still runs; whoever looks at everything is told. */
async function noteOrphans(context: CommandContext, workspace: Workspace): Promise<void> {
  for (const { name, holdsAdopted } of await orphansOf(workspace)) {
    const what = holdsAdopted
      ? 'removes what trueup made of it, and leaves what was adopted'
      : 'removes what is left of it';
    context.note(`${safeText(name)} has no manifests any more; \`trueup destroy ${safeText(name)}\` ${what}.`);
  }
}

/** Warnings of what is meant; of all others only that they have mistakes. */
async function noteDiagnostics(
  context: CommandContext,
  words: readonly string[],
  selected: readonly Selected[],
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  const files = new Set(selected.flatMap(({ environment }) => environment.files));
  const near = diagnostics.filter(({ source }) => words.length === 0 || source === null || files.has(source.file));
  const warnings = near.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) context.note(await diagnosticsText(warnings, context.directory, context.renderError));
  if (hasErrors(diagnostics)) context.note('warning: other environments have mistakes; `trueup validate` shows them');
}

function selectValid(
  words: readonly string[],
  loaded: LoadResult,
  workspace: Workspace,
  options: SelectingOptions,
): readonly Selected[] {
  if (words.length === 0 || !hasErrors(loaded.diagnostics)) return select(words, validOf(loaded, workspace), options);
  try {
    return select(words, loaded.environments, options);
  } catch {
    throw new InvalidManifestsError(loaded.diagnostics);
  }
}

export function loadOptions(inputs: InputOptions, secrets: LoadOptions['secrets']): LoadOptions {
  return {
    variables: inputs.var,
    ...(inputs.envFile === undefined ? {} : { envFiles: inputs.envFile }),
    profiles: inputs.profile,
    secrets,
  };
}
