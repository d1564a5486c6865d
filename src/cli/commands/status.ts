/** `trueup status`: what runs, and how well. */
import { withSights } from '../../flow/clusters/sights.ts';
import { hurriedDrivers } from '../../flow/hurried.ts';
import { type LookAt, observeEnvironment } from '../../flow/observe.ts';
import { planFlow } from '../../flow/planning.ts';
import type { Selected } from '../../flow/selection.ts';
import { statusNow } from '../../flow/status-now.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { openRepository } from '../../git/repository.ts';
import { InvalidManifestsError } from '../../model/failure.ts';
import type { EnvironmentStatus } from '../../report/status.ts';
import { statusDocument } from '../../report/status-document.ts';
import { renderStatus } from '../../report/status-text.ts';
import { servedBy } from '../../serve/served-by.ts';
import type { CommandContext } from '../context.ts';
import { servedStatus } from '../daemon/served-status.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { loadSelected } from '../selecting.ts';
import { watchCluster } from '../status-watch.ts';
import { warnOfProblem } from '../warnings.ts';

interface StatusCommandOptions extends GlobalOptions, InputOptions {
  readonly watch: boolean;
}

export const command: CommandDefinition = defineCommand<StatusCommandOptions>({
  interrupt: 'quiet',
  configure(status) {
    addInputOptions(status)
      .description(
        'Show what runs, and how well: per environment its state, per resource state, health, ports and age.',
      )
      .argument('[environment or address...]', 'what to look at; all environments when absent')
      .option('--watch', 'of one cluster: go on as what is in it changes, until Ctrl-C', false);
  },
  async run(context, words, options) {
    if (options.watch) return watchCluster(context, words, options);
    const { workspace, selected } = await opened(context, words, options).catch(async (error: unknown) => {
      if (error instanceof InvalidManifestsError) await showServed(context, words);
      throw error;
    });
    const environments: EnvironmentStatus[] = [];
    let complete = true;
    for (const { environment, addresses } of selected) {
      await using planned = await planFlow(workspace, environment, planOptions(), context.signal, lookInTime);
      warnOfProblem(context, planned.problem);
      warnOfProblem(context, planned.earlier.problem);
      const found = await statusNow(workspace, planned, Date.now(), context.signal);
      const status = await withSights(found, environment, planned.observations, addresses, context.signal);
      const named = new Set(addresses);
      const resources = status.resources.filter(({ address }) => named.size === 0 || named.has(address));
      environments.push({ ...status, resources });
      complete &&= planned.plan.complete;
    }
    if (context.output === 'json') context.printJson(statusDocument({ environments }));
    context.print(renderStatus({ environments }, { ...context.render, now: Date.now() }));
    return complete ? EXIT.done : EXIT.error;
  },
});

/** Whoever asks how things are is told in time, if only that nobody knows. */
const PATIENCE_MS = 4000;

const lookInTime: LookAt = (request, signal) =>
  observeEnvironment({ ...request, drivers: hurriedDrivers(request.drivers, PATIENCE_MS) }, signal);

interface Opened {
  readonly workspace: Workspace;
  readonly selected: readonly Selected[];
}

async function opened(
  context: CommandContext,
  words: readonly string[],
  options: StatusCommandOptions,
): Promise<Opened> {
  const workspace = await context.workspace('read');
  const selected = await loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'all' });
  return { workspace, selected };
}

/** Mistakes of the working tree say nothing of what runs: a daemon goes on with what was valid last, and knows how that is. */
async function showServed(context: CommandContext, words: readonly string[]): Promise<void> {
  if (context.output === 'json') return;
  const { signal } = context;
  const { root } = await openRepository(context.directory, signal);
  const environments = await servedStatus(root, words, signal).catch(() => null);
  if (environments === null) return;
  const pid = (await servedBy(root, signal).catch(() => null))?.pid ?? null;
  const who = pid === null ? 'the daemon' : `the daemon (pid ${pid})`;
  context.note(`The working tree has mistakes. This is what ${who} serves, as it was looked at last:`);
  context.print(`${renderStatus({ environments }, { ...context.render, now: Date.now() })}\n`);
}
