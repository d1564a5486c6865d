/** `trueup rollback`: applies an earlier revision, from git's objects: the working tree stays as it is. */
import { loadAtRevision } from '../../flow/at-revision.ts';
import { type RollbackTarget, targetBefore, targetNamed } from '../../flow/rollback-target.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { describeCommit } from '../../git/revisions.ts';
import { TrueupError } from '../../model/failure.ts';
import { commitText } from '../../report/bisect-text.ts';
import { readHistory } from '../../state/history.ts';
import { readRecorded } from '../../state/recorded.ts';
import { change, type Changed, conclude } from '../changing.ts';
import { canConfirm, confirmationRequired } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import type { ExitStatus } from '../exit-status.ts';
import { addLockOption, type LockOptions, lockTimeoutOf } from '../lock-option.ts';
import { addInputOptions, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { planOptions } from '../planning.ts';
import { knownEnvironments, noteLoaded, onlyEnvironment } from '../revisions.ts';
import { rollBackVm } from '../rollback-vm.ts';
import { restoreVolumes, showSnapshots } from '../restoring.ts';
import { loadOptions, loadSelected } from '../selecting.ts';

interface RollbackOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly autoApprove: boolean;
  readonly volumes: boolean;
  readonly list: boolean;
  readonly to?: number;
  readonly allowRemovals?: number;
  readonly parallel?: number;
}

export const command: CommandDefinition = defineCommand<RollbackOptions>({
  // The progress says that it stops.
  interrupt: 'quiet',
  configure(rollback) {
    const configured = addInputOptions(rollback)
      .description('Apply an earlier revision, read from git without a checkout. Data is not rolled back.')
      .argument('[environment or VM]', 'what to roll back; the only environment when absent')
      .argument('[run or revision]', 'where to go; the last other revision that was healthy when absent')
      .option('--volumes', 'put the data of volumes back from snapshots, and nothing else', false)
      .option('--list', 'with --volumes: show the snapshots that there are', false)
      .option('--to <version>', 'of one VM: the version of its configuration to go back to', wholeNumber(1))
      .option('--auto-approve', 'do not ask', false)
      .option('--allow-removals <n>', 'allow the plan to remove this many resources', wholeNumber(0))
      .option('--parallel <n>', 'engine calls at once (default: 10)', wholeNumber(1));
    addLockOption(configured);
  },
  async run(context, words, options) {
    const mayChange = canConfirm(context, options) && !options.list;
    const workspace = await context.workspace(mayChange ? 'change' : 'read');
    if (options.to !== undefined)
      return toVersion(context, workspace, words, { ...options, to: options.to }, mayChange);
    const { environment, word } = await meant(context, workspace, words, options);
    if (options.list && !options.volumes) {
      throw new TrueupError('usage', '--list shows snapshots of volumes', { next: 'pass --volumes with it' });
    }
    if (options.list) return showSnapshots(context, workspace, environment);
    if (options.volumes) return rollBackData(context, workspace, { environment, word }, options);
    const target = await targetOf(context, workspace, environment, word);
    if (!mayChange) {
      await loadTarget(context, workspace, environment, target, options);
      throw confirmationRequired('see what is there with `trueup status`, then pass --auto-approve');
    }
    return conclude(context, [await rollBack(context, workspace, environment, target, options)]);
  },
});

async function toVersion(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  options: RollbackOptions & { readonly to: number },
  mayChange: boolean,
): Promise<ExitStatus> {
  if (options.volumes || options.list) {
    throw new TrueupError('usage', '--to does not go with --volumes and --list', {
      next: 'disks of VMs have snapshots of their own: `trueup snapshot list`',
    });
  }
  const { parallel, autoApprove } = options;
  const asking = { autoApprove, ...(parallel === undefined ? {} : { parallel }), ...lockTimeoutOf(options) };
  const request = { words, version: options.to, inputs: options, asking: mayChange ? asking : null };
  const changed = await rollBackVm(context, workspace, request);
  if (changed === null) throw confirmationRequired('see what is there with `trueup status`, then pass --auto-approve');
  return conclude(context, [changed]);
}

/** The revision stays: what is declared now says where the data belongs, and who has to let go of it. */
async function rollBackData(
  context: CommandContext,
  workspace: Workspace,
  { environment: name, word }: Meant,
  options: RollbackOptions,
): Promise<ExitStatus> {
  const loading = { secrets: 'resolve', without: 'only' } as const;
  const selected = await loadSelected(context, workspace, [name], options, loading);
  if (!canConfirm(context, options)) {
    throw confirmationRequired('see what there is with --volumes --list, then pass --auto-approve');
  }
  const changed: Changed[] = [];
  for (const { environment } of selected) {
    changed.push(await restoreVolumes(context, workspace, environment, word, options));
  }
  return conclude(context, changed);
}

interface Meant {
  readonly environment: string;
  /** `null` for the last healthy revision. */
  readonly word: string | null;
}

/** One word alone is an environment where there is one of that name, and else says where to go. */
async function meant(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  options: RollbackOptions,
): Promise<Meant> {
  const [first, second] = words;
  if (first !== undefined && second !== undefined) return { environment: first, word: second };
  const known = await knownEnvironments(context, workspace, options);
  if (first !== undefined && known.includes(first)) return { environment: first, word: null };
  const next = 'name the one that you mean: `trueup rollback ENVIRONMENT`, or `trueup rollback ENVIRONMENT REV`';
  return { environment: onlyEnvironment(known, next), word: first ?? null };
}

async function targetOf(
  context: CommandContext,
  { repository, state }: Workspace,
  environment: string,
  word: string | null,
): Promise<RollbackTarget> {
  const { recorded } = await readRecorded(state, environment);
  const { entries: history } = await readHistory(state, environment);
  const past = { environment, history, revisions: recorded.revisions };
  return word === null ? targetBefore(past) : targetNamed(repository.root, word, past, context.signal);
}

function loadTarget(
  context: CommandContext,
  workspace: Workspace,
  environment: string,
  { commit }: RollbackTarget,
  options: RollbackOptions,
): ReturnType<typeof loadAtRevision> {
  return loadAtRevision(workspace, environment, commit, loadOptions(options, 'resolve'), context.signal);
}

async function rollBack(
  context: CommandContext,
  workspace: Workspace,
  name: string,
  target: RollbackTarget,
  options: RollbackOptions,
): Promise<Changed> {
  const { commit, run, passedOver } = target;
  const described = await describeCommit(workspace.repository.root, commit, context.signal);
  const loaded = await loadTarget(context, workspace, name, target, options);
  context.note(`Going back to ${commitText(described)}${run === null ? '' : `, as run ${run} applied it`}.`);
  if (passedOver !== null) {
    context.note(`${passedOver} was healthy, too, but of a working tree with changes that git does not hold.`);
  }
  await noteLoaded(context, loaded);
  context.note('Data is not rolled back: volumes keep what is in them.');
  return change(context, workspace, {
    command: 'trueup rollback',
    environment: loaded.environment,
    options: planOptions({ allowRemovals: options.allowRemovals ?? null }),
    question: `Roll ${name} back to ${commit.slice(0, 12)}?`,
    autoApprove: options.autoApprove,
    addition: { rollback_to: { commit, run }, unpinned: loaded.unpinned },
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...lockTimeoutOf(options),
  });
}
