/** `trueup hook install|status|remove`: git starts a reconcile of what a commit, merge, checkout or rewrite changes. Does not ask. */
import { hookPlaces, type HookPlaces } from '../../git/hooks/places.ts';
import { inspectHooks } from '../../git/hooks/inspect.ts';
import { installHooks } from '../../git/hooks/install.ts';
import { removeHooks } from '../../git/hooks/remove.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { gitHooksDocument, type GitHooksReport, renderGitHooks } from '../../report/git-hooks.ts';
import { hookLogPath, readHookResult } from '../../state/hook-log.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { HookRequests } from '../hook/requests.ts';
import { runHook } from '../hook/run-hook.ts';
import type { GlobalOptions } from '../options.ts';
import { packagePath } from '../package-files.ts';

/** What may stand after `hook`; `run` is what installed hooks call. */
const ACTIONS = ['install', 'status', 'remove'] as const;

interface HookOptions extends GlobalOptions {
  readonly planOnly: boolean;
  readonly shared: boolean;
}

export const command: CommandDefinition = defineCommand<HookOptions>({
  configure(hook) {
    hook
      .description(
        'Let git start a reconcile, in the background, of what a commit, merge, checkout or rewrite changes.',
      )
      .argument('<install|status|remove>', 'what to do')
      .argument('[word...]')
      .option('--plan-only', 'install: hooks only write a plan, and change nothing', false)
      .option('--shared', 'install: also into a folder that git uses for the hooks of all repos', false);
  },
  async run(context, [action = '', ...words], { planOnly, shared }) {
    if (action === 'run') {
      await runHook(context, { words, planOnly });
      return EXIT.done;
    }
    assertAction(action, words);
    const workspace = await context.workspace('read');
    const places = await hookPlaces(workspace.repository.root, context.signal);
    if (action === 'install') await install(context, workspace, places, { planOnly, shared });
    else if (action === 'remove') await remove(context, places);
    if (action === 'status' || context.output === 'json') await show(context, workspace, places);
    return EXIT.done;
  },
});

function assertAction(action: string, words: readonly string[]): void {
  const known: readonly string[] = ACTIONS;
  const [word] = words;
  if (known.includes(action)) {
    if (word === undefined) return;
    throw new TrueupError('usage', `hook ${action} takes no "${word}"`, {
      next: 'run it in the repo that is meant, or pass --chdir',
    });
  }
  const suggestion = nearest(action, ACTIONS);
  throw new TrueupError('usage', action === '' ? 'hook needs an action' : `hook has no action "${action}"`, {
    next: suggestion === null ? `there are: ${ACTIONS.join(', ')}` : `did you mean "${suggestion}"?`,
  });
}

async function install(
  context: CommandContext,
  { repository }: Workspace,
  places: HookPlaces,
  { planOnly, shared }: { readonly planOnly: boolean; readonly shared: boolean },
): Promise<void> {
  const launcher = { runtime: process.execPath, command: packagePath('bin', 'trueup.cjs'), planOnly };
  const requests = new HookRequests(repository.gitDir);
  const { commit } = repository.revision;
  // What was committed until now was nobody's business.
  if (commit !== null && (await requests.followed()) === null) await requests.setFollowed(commit);
  const { changed, notes } = await installHooks(places, launcher, { shared, signal: context.signal });
  const what = planOnly ? 'writes a plan for' : 'reconciles';
  const text = changed ? `Installed in ${places.folder}:` : `Nothing to do; installed in ${places.folder} already:`;
  context.print(`${text} each commit, merge, checkout and rewrite ${what} the environments that it changes.`);
  for (const note of notes) context.note(note);
}

async function remove(context: CommandContext, places: HookPlaces): Promise<void> {
  const { changed, notes } = await removeHooks(places);
  context.print(
    changed ? `Removed from ${places.folder}; git starts nothing any more.` : 'Nothing to do; nothing is installed.',
  );
  for (const note of notes) context.note(note);
}

async function show(context: CommandContext, { state, repository }: Workspace, places: HookPlaces): Promise<void> {
  const { installation, folder, hooks, launcher, gone } = await inspectHooks(places);
  const report: GitHooksReport = {
    mode: installation === null ? null : installation.planOnly ? 'plan_only' : 'apply',
    folder,
    installed_folder: installation === null || installation.folder === folder ? null : installation.folder,
    hooks,
    launcher,
    runtime: installation?.runtime ?? null,
    command: installation?.command ?? null,
    gone,
    log: hookLogPath(state),
    trouble: await new HookRequests(repository.gitDir).trouble(),
    last: await readHookResult(state),
  };
  if (context.output === 'json') context.printJson(gitHooksDocument(report));
  else context.print(renderGitHooks(report, context.render));
}
