/** `trueup bisect`: finds the commit that broke an environment, in a throwaway copy of it. */
import { type LoadedAtRevision, loadAtRevision } from '../../flow/at-revision.ts';
import { assertBounds, bisect } from '../../flow/bisect.ts';
import { copyName } from '../../flow/bisect-copy.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { describeCommit, midpoint, resolveCommit } from '../../git/revisions.ts';
import type { Bisected, CommitInfo } from '../../model/bisect.ts';
import { TrueupError } from '../../model/failure.ts';
import { compareText } from '../../model/json.ts';
import { bisectDocument } from '../../report/bisect-document.ts';
import { commitText, failureTexts, judgementText, renderBisected } from '../../report/bisect-text.ts';
import { renderFailure } from '../../report/failure-text.ts';
import { plural } from '../../report/words.ts';
import { canConfirm, confirmationRequired, confirmed } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { addLockOption, type LockOptions, lockTimeoutOf } from '../lock-option.ts';
import { addInputOptions, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { withProgress } from '../progress.ts';
import { knownEnvironments, noteLoaded, onlyEnvironment } from '../revisions.ts';
import { loadOptions } from '../selecting.ts';

interface BisectOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly autoApprove: boolean;
  readonly parallel?: number;
}

export const command: CommandDefinition = defineCommand<BisectOptions>({
  // What stopping means here is said below.
  interrupt: 'quiet',
  configure(search) {
    const configured = addInputOptions(search)
      .description('Find the first commit at which a gate stays closed, in a throwaway copy of the environment.')
      .argument('<good>', 'a commit at which the environment works')
      .argument('<bad>', 'a later commit at which it does not')
      .argument('[environment]', 'what to look at; the only environment when absent')
      .option('--auto-approve', 'do not ask', false)
      .option('--parallel <n>', 'engine calls at once (default: 10)', wholeNumber(1));
    addLockOption(configured, 'bisect');
  },
  async run(context, words, options) {
    const mayChange = canConfirm(context, options);
    const workspace = await context.workspace(mayChange ? 'change' : 'read');
    const asked = await askedFor(context, workspace, words, options);
    if (!mayChange) throw confirmationRequired('pass --auto-approve; nothing but a copy is started');
    return find(context, workspace, asked, options);
  },
});

interface Asked {
  readonly environment: string;
  readonly good: CommitInfo;
  readonly bad: CommitInfo;
}

async function askedFor(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  options: BisectOptions,
): Promise<Asked> {
  const [goodWord = '', badWord = '', named] = words;
  const { signal } = context;
  const { root } = workspace.repository;
  const known = await knownEnvironments(context, workspace, options);
  const environment = named ?? onlyEnvironment(known, 'name one: `trueup bisect GOOD BAD ENVIRONMENT`');
  if (known.includes(copyName(environment))) {
    throw new TrueupError(
      'name_in_use',
      `the copy would be called ${copyName(environment)}, and so is an environment`,
      {
        next: 'rename that environment for as long',
      },
    );
  }
  const commitOf = async (word: string): Promise<CommitInfo> =>
    describeCommit(root, await resolveCommit(root, word, signal), signal);
  const [good, bad] = [await commitOf(goodWord), await commitOf(badWord)];
  await assertBounds(root, good, bad, signal);
  return { environment, good, bad };
}

/** What each commit declares, read once: its secrets may ask a person for something. */
class Revisions {
  readonly #read: (commit: string) => Promise<LoadedAtRevision>;
  readonly #known = new Map<string, Promise<LoadedAtRevision>>();
  readonly #unpinned = new Set<string>();

  constructor(context: CommandContext, workspace: Workspace, environment: string, inputs: InputOptions) {
    const options = loadOptions(inputs, 'resolve');
    this.#read = (commit) => loadAtRevision(workspace, environment, commit, options, context.signal);
  }

  get unpinned(): readonly string[] {
    return [...this.#unpinned].sort(compareText);
  }

  async load(commit: string): Promise<LoadedAtRevision> {
    const reading = this.#known.get(commit) ?? this.#read(commit);
    this.#known.set(commit, reading);
    const loaded = await reading;
    for (const what of loaded.unpinned) this.#unpinned.add(what);
    return loaded;
  }
}

async function find(
  context: CommandContext,
  workspace: Workspace,
  asked: Asked,
  options: BisectOptions,
): Promise<ExitStatus> {
  const startedAt = performance.now();
  const { signal } = context;
  const revisions = new Revisions(context, workspace, asked.environment, options);
  if (!(await isWanted(context, workspace, asked, revisions, options))) return EXIT.error;
  const stopping = (): void => {
    // A live table is not written into; it says itself that it stops.
    if (!isLive(context))
      context.note('Stopping, and removing the copy; press Ctrl-C again to end at once and leave it.');
  };
  signal.addEventListener('abort', stopping, { once: true });
  try {
    const bisected = await carryOut(context, workspace, asked, revisions, options);
    const durationMs = Math.round(performance.now() - startedAt);
    context.print(renderBisected(bisected, durationMs, context.render));
    if (context.output === 'json')
      context.printJson(bisectDocument(bisected, { unpinned: revisions.unpinned, durationMs }));
    return EXIT.done;
  } finally {
    signal.removeEventListener('abort', stopping);
  }
}

/** In a log, a line for each step of each commit would bury what is told of the commits. */
function isLive({ stderr, verbose }: CommandContext): boolean {
  return stderr.isTTY || verbose;
}

/** Says what is about to happen, and asks. */
async function isWanted(
  context: CommandContext,
  workspace: Workspace,
  { environment, good, bad }: Asked,
  revisions: Revisions,
  options: BisectOptions,
): Promise<boolean> {
  const { left, steps } = await midpoint(workspace.repository.root, bad.commit, [good.commit], context.signal);
  const from = await revisions.load(good.commit);
  context.note(`Good: ${commitText(good)}\nBad:  ${commitText(bad)}`);
  context.note(
    `${plural(left, 'commit')} in question, about ${plural(steps, 'look')} beyond these two. Each is tried in ${copyName(environment)}, a copy ` +
      'that is removed in the end: with names, empty volumes and networks of its own; containers in it have other host ports and ' +
      'mount folders of this machine read-only, processes in it run where the real ones do.',
  );
  await noteLoaded(context, from);
  if (await confirmed(context, options, `Bisect ${environment}?`)) return true;
  context.note('Nothing was changed.');
  return false;
}

async function carryOut(
  context: CommandContext,
  workspace: Workspace,
  asked: Asked,
  revisions: Revisions,
  options: BisectOptions,
): Promise<Bisected> {
  const { parallel } = options;
  try {
    return await bisect(
      workspace,
      {
        ...asked,
        load: async (commit) => (await revisions.load(commit)).environment,
        ...(parallel === undefined ? {} : { parallel }),
        ...lockTimeoutOf(options),
        watched: (work) => (isLive(context) ? withProgress(context, work) : work(() => undefined)),
        onLook(commit, left) {
          const more = left === null ? '' : `, ${left.commits} in question, about ${plural(left.steps, 'more look')}`;
          context.note(`look  ${commitText(commit)}${more}`);
        },
        onJudged(judgement) {
          context.note(judgementText(judgement));
          const { commit, verdict } = judgement;
          // Whoever said that it is good wants to know more than that it is not.
          const isUnexpected = verdict === 'bad' && commit.commit === asked.good.commit;
          if (isUnexpected) context.note(failureTexts(judgement, context.renderError));
        },
      },
      context.signal,
    );
  } catch (error) {
    if (!(error instanceof SuppressedError)) throw error;
    // What is left over matters more than why the bisect ended; both are told.
    const { error: leftOver, suppressed } = error as { readonly error: unknown; readonly suppressed: unknown };
    // An interrupted command says that it was interrupted, whatever is thrown.
    const told = context.signal.aborted ? leftOver : suppressed;
    if (told instanceof TrueupError) context.note(renderFailure(told, context.renderError));
    throw leftOver;
  }
}
