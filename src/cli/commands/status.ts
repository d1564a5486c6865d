/** `trueup status`: what runs, and how well. */
import { withSights } from '../../flow/clusters/sights.ts';
import { withConfigurationFiles } from '../../flow/machines/configuration-files.ts';
import { hurriedDrivers, type Patience, patience } from '../../flow/hurried.ts';
import { type LookAt, observeEnvironment } from '../../flow/observe.ts';
import { planFlow } from '../../flow/planning.ts';
import type { Selected } from '../../flow/selection.ts';
import { statusNow } from '../../flow/status-now.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { openRepository } from '../../git/repository.ts';
import { InvalidManifestsError, type TrueupError } from '../../model/failure.ts';
import type { EnvironmentStatus } from '../../report/status.ts';
import { statusDocument } from '../../report/status-document.ts';
import { renderStatus } from '../../report/status-text.ts';
import { servedBy } from '../../serve/served-by.ts';
import { readVmConfigurations } from '../../state/vm-configurations.ts';
import type { CommandContext } from '../context.ts';
import { servedStatus } from '../daemon/served-status.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { maskedStatus } from '../masked.ts';
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
    const limits: Limits = { look: patience(LOOK_MS), sight: AbortSignal.timeout(SIGHT_MS) };
    const found = await Promise.all(selected.map((one) => lookAt(context, workspace, one, limits)));
    const environments = found.map(({ status }) => status);
    for (const { problems } of found) for (const problem of problems) warnOfProblem(context, problem);
    if (context.output === 'json') context.printJson(statusDocument({ environments }));
    context.print(
      renderStatus({ environments: maskedStatus(context, environments) }, { ...context.render, now: Date.now() }),
    );
    return found.every(({ isComplete }) => isComplete) ? EXIT.done : EXIT.error;
  },
});

/** Whoever asks how things are is told in time, if only that nobody knows: so long may all looks take together. */
const LOOK_MS = 3500;
/** And so long until what is in clusters is told. */
const SIGHT_MS = 4200;

interface Limits {
  readonly look: Patience;
  readonly sight: AbortSignal;
}

interface Found {
  readonly status: EnvironmentStatus;
  readonly problems: readonly (TrueupError | null)[];
  readonly isComplete: boolean;
}

async function lookAt(
  { signal }: CommandContext,
  workspace: Workspace,
  { environment, addresses }: Selected,
  limits: Limits,
): Promise<Found> {
  const lookInTime: LookAt = (request, until) =>
    observeEnvironment({ ...request, drivers: hurriedDrivers(request.drivers, limits.look) }, until);
  await using planned = await planFlow(workspace, environment, planOptions({ validate: false }), signal, lookInTime);
  const now = await statusNow(workspace, planned, Date.now(), signal);
  const { observations } = planned;
  const { versions, problem } = await readVmConfigurations(workspace.state, environment.name);
  const asked = { environment, addresses, versions, looked: observations };
  const [sighted, described] = await Promise.all([
    withSights(now, environment, observations, addresses, signal, limits.sight),
    withConfigurationFiles(now, asked, signal, limits.sight),
  ]);
  const named = new Set(addresses);
  const resources = sighted.resources
    .map((resource, index) => ({ ...described.resources[index], ...resource }))
    .filter(({ address }) => named.size === 0 || named.has(address));
  return {
    status: { ...sighted, resources },
    problems: [planned.problem, planned.earlier.problem, problem],
    isComplete: planned.plan.complete,
  };
}

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
  context.print(
    `${renderStatus({ environments: maskedStatus(context, environments) }, { ...context.render, now: Date.now() })}\n`,
  );
}
