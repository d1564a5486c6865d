/** `trueup apply`: makes what runs equal to what git declares, or carries out a saved plan. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { assertFresh } from '../../flow/saved-plan.ts';
import type { Selected } from '../../flow/selection.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { readPlanFile } from '../../state/plan-file.ts';
import { change, type Changed, conclude } from '../changing.ts';
import { canConfirm, confirmationRequired } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, collect, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { addLockOption, type LockOptions, lockTimeoutOf } from '../lock-option.ts';
import { planOptions, replacedIn, targetsOf } from '../planning.ts';
import { loadSelected } from '../selecting.ts';

interface ApplyOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly all: boolean;
  readonly autoApprove: boolean;
  readonly replace: readonly string[];
  readonly adopt: boolean;
  readonly allowRemovals?: number;
  readonly parallel?: number;
}

export const command: CommandDefinition = defineCommand<ApplyOptions>({
  // The progress says that it stops.
  interrupt: 'quiet',
  configure(apply) {
    addInputOptions(apply)
      .description('Compare, plan, ask, and carry out: in dependency order, behind health gates.')
      .argument('[environment, address or saved plan...]', 'what to apply; the only environment when absent')
      .option('--all', 'apply all environments', false)
      .option('--auto-approve', 'do not ask', false)
      .option('--replace <address>', 'replace this resource although nothing differs; may be repeated', collect, [])
      .option(
        '--adopt',
        'take over what manifests claim, and what another checkout, now gone or stopped, has left of it',
        false,
      )
      .option('--allow-removals <n>', 'allow the plan to remove this many resources', wholeNumber(0))
      .option('--parallel <n>', 'engine calls at once (default: 10)', wholeNumber(1));
    addLockOption(apply);
  },
  async run(context, words, options) {
    const file = savedPlanFile(context, words);
    if (!canConfirm(context, options)) {
      // What is wrong with the request itself is worth more than that nobody is there.
      if (file === null) await selected(context, await context.workspace('read'), words, options);
      else await readPlanFile(file);
      throw confirmationRequired('look at it with `trueup plan`, then pass --auto-approve');
    }
    const workspace = await context.workspace('change');
    const changed =
      file === null
        ? await applyAll(context, workspace, words, options)
        : [await applySaved(context, workspace, file, options)];
    return conclude(context, changed);
  },
});

async function applyAll(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  options: ApplyOptions,
): Promise<readonly Changed[]> {
  const changed: Changed[] = [];
  for (const selection of await selected(context, workspace, words, options)) {
    changed.push(await applyOne(context, workspace, selection, options));
    if (changed.at(-1)?.status === EXIT.interrupted) break;
  }
  return changed;
}

function selected(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  options: ApplyOptions,
): Promise<readonly Selected[]> {
  return loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'only', all: options.all });
}

function applyOne(
  context: CommandContext,
  workspace: Workspace,
  selection: Selected,
  options: ApplyOptions,
): Promise<Changed> {
  const { environment } = selection;
  return change(context, workspace, {
    ...approval(options),
    environment,
    options: planOptions({
      targets: targetsOf(selection),
      replace: replacedIn(environment, options.replace),
      allowRemovals: options.allowRemovals ?? null,
    }),
    question: `Apply this to ${environment.name}?`,
  });
}

async function applySaved(
  context: CommandContext,
  workspace: Workspace,
  file: string,
  options: ApplyOptions,
): Promise<Changed> {
  const saved = await readPlanFile(file);
  const { environment: name, inputs } = saved.plan;
  const [selection] = await loadSelected(context, workspace, [name], options, { secrets: 'resolve', without: 'all' });
  if (selection === undefined) return { status: EXIT.error, document: {} };
  return change(context, workspace, {
    ...approval(options),
    environment: selection.environment,
    options: planOptions({
      targets: new Set(inputs.targets),
      replace: new Set(
        saved.plan.changes.filter(({ reason }) => reason === 'replace_by_request').map(({ address }) => address),
      ),
      allowRemovals: saved.plan.changes.length,
    }),
    question: `Apply the saved plan to ${name}?`,
    saved(current) {
      assertFresh(saved, current, selection.environment.resources);
      return saved.plan;
    },
  });
}

function approval(options: ApplyOptions): {
  readonly command: string;
  readonly autoApprove: boolean;
  readonly adopt: boolean;
  readonly parallel?: number;
  readonly lockTimeoutMs?: number;
} {
  return {
    command: 'trueup apply',
    autoApprove: options.autoApprove,
    adopt: options.adopt,
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...lockTimeoutOf(options),
  };
}

/** One word that names a file of JSON is a saved plan. A file that happens to be called like a service is none. */
function savedPlanFile(context: CommandContext, words: readonly string[]): string | null {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) return null;
  const path = resolve(context.directory, word);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  return word.endsWith('.json') || word.includes('/') || readFileSync(path, 'utf8').trimStart().startsWith('{')
    ? path
    : null;
}
