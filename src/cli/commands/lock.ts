/** `trueup lock list|release`: who holds which lock, and freeing those of dead holders. Does not ask. */
import { listLocks } from '../../flow/lock-listing.ts';
import { releaseLocks } from '../../flow/lock-releasing.ts';
import { orphanedEnvironment } from '../../flow/orphans.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { lockDocument, type LockReport, renderLocks } from '../../report/locks.ts';
import { safeText } from '../../report/safe-text.ts';
import { holderWords } from '../../state/locks/lock-holder.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';

/** What may stand after `lock`. */
const LOCK_ACTIONS = ['list', 'release'] as const;

interface LockOptions extends GlobalOptions, InputOptions {
  readonly force: boolean;
}

export const command: CommandDefinition = defineCommand<LockOptions>({
  configure(lock) {
    addInputOptions(lock)
      .description('Show who holds the locks of environments, or release those whose holders are dead.')
      .argument('<list|release>', 'what to do')
      .argument('[environment...]', 'whose locks; all to list, the only environment to release, when absent')
      .option(
        '--force',
        'release: also what a living run of another machine holds on an engine; that run stops',
        false,
      );
  },
  async run(context, [word, ...words], options) {
    const action = actionOf(word);
    const { workspace, meant } = await environmentsOf(context, words, options, action === 'list' ? 'all' : 'only');
    if (action === 'list') {
      show(context, await listLocks(workspace, meant, context.signal));
      return EXIT.done;
    }
    const report = await releaseLocks(workspace, meant, {
      force: options.force,
      onWatch: (holder, leaseMs) => {
        const limit = `for ${Math.ceil(leaseMs / 1000)}s at most; --force does not wait`;
        context.note(`watching ${safeText(holderWords(holder))} for a sign of life, ${limit} …`);
      },
      signal: context.signal,
    });
    show(context, report);
    return statusOf(report);
  },
});

function actionOf(word: string | undefined): (typeof LOCK_ACTIONS)[number] {
  const action = LOCK_ACTIONS.find((one) => one === word);
  if (action !== undefined) return action;
  const suggestion = nearest(word ?? '', LOCK_ACTIONS);
  throw new TrueupError('usage', word === undefined ? 'lock needs an action' : `lock has no action "${word}"`, {
    next: suggestion === null ? `there are: ${LOCK_ACTIONS.join(', ')}` : `did you mean "${suggestion}"?`,
  });
}

async function environmentsOf(
  context: CommandContext,
  words: readonly string[],
  options: LockOptions,
  without: 'all' | 'only',
): Promise<{ readonly workspace: Workspace; readonly meant: readonly DesiredEnvironment[] }> {
  const workspace = await context.workspace('read');
  const [word, ...more] = words;
  const orphan =
    word === undefined || more.length > 0 ? null : await orphanedEnvironment(workspace, word, context.signal);
  if (orphan !== null) return { workspace, meant: [orphan] };
  const selected = await loadSelected(context, workspace, words, options, { secrets: 'leave', without });
  return { workspace, meant: selected.map(({ environment }) => environment) };
}

function show(context: CommandContext, report: LockReport): void {
  if (context.output === 'json') context.printJson(lockDocument(report));
  context.print(renderLocks(report, context.render));
}

function statusOf({ locks, unreachable }: LockReport): ExitStatus {
  if (unreachable.length > 0) return EXIT.error;
  return locks.every(({ released }) => released) ? EXIT.done : EXIT.locked;
}
