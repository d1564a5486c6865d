/** `trueup health`: how well services are, and with --history how well they were. Needs no daemon; what it recorded is shown. */
import { ulid } from 'ulid';
import { healthHistoryOf, recordedHealth, serviceHealth } from '../../flow/health.ts';
import { openRunOf } from '../../flow/open-run-holder.ts';
import { type Planned, planFlow } from '../../flow/planning.ts';
import type { Selected } from '../../flow/selection.ts';
import { environmentStatus } from '../../flow/status.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { type Address, typeOf } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import type { EnvironmentHealth } from '../../report/health.ts';
import { healthDocument } from '../../report/health-document.ts';
import { renderHealth } from '../../report/health-text.ts';
import { readRecorded } from '../../state/recorded.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { printDocuments } from '../documents.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, durationOption, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { report } from '../reports.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface HealthOptions extends GlobalOptions, InputOptions {
  readonly history: boolean;
  readonly since?: number;
  readonly report: boolean;
}

const DAY_MS = 24 * 3_600_000;

/** As far back as one looks for what a service was last. */
const NOW_MS = 3_600_000;

export const command: CommandDefinition = defineCommand<HealthOptions>({
  configure(health) {
    addInputOptions(health)
      .description('Show how well services are: state, health, last check. What the daemon has recorded is shown, too.')
      .argument('[environment or address...]', 'what to look at; all environments when absent')
      .option('--history', 'also how much of the time each was up, and what changed', false)
      .option('--since <duration>', 'how far back the history goes; 30 days are kept (default: 24h)', durationOption)
      .option('--no-report', 'write no report');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'all' });
    for (const { addresses } of selected) for (const address of addresses) assertService(address);
    const found: EnvironmentHealth[] = [];
    for (const one of selected) {
      const started = performance.now();
      await using planned = await planFlow(workspace, one.environment, planOptions(), context.signal);
      warnOfProblem(context, planned.problem);
      const health = await healthOf(context, workspace, one, planned, options);
      found.push(health);
      if (!options.report) continue;
      const [document, durationMs] = [healthDocument(health), Math.round(performance.now() - started)];
      await report(context, workspace, { kind: 'health', id: ulid(), plan: planned.plan, document, durationMs });
    }
    printDocuments(context, 'healths', found.map(healthDocument));
    context.print(renderHealth(found, { ...context.render, now: Date.now() }));
    return found.every(({ complete }) => complete) ? EXIT.done : EXIT.error;
  },
});

function assertService(address: Address): void {
  if (typeOf(address) === 'service') return;
  throw new TrueupError('usage', `${address} has no health: services have`, {
    next: `\`trueup status ${address}\` shows how it is`,
  });
}

async function healthOf(
  context: CommandContext,
  workspace: Workspace,
  { environment, addresses }: Selected,
  planned: Planned,
  options: HealthOptions,
): Promise<EnvironmentHealth> {
  const until = Date.now();
  const hasHistory = options.history || options.since !== undefined;
  const from = until - (hasHistory ? (options.since ?? DAY_MS) : NOW_MS);
  const { timeline, problems } = await recordedHealth(workspace.state, environment.name, from, context.signal);
  for (const problem of problems) warnOfProblem(context, problem);
  const { recorded } = await readRecorded(workspace.state, environment.name);
  const { observations } = planned.observations;
  const openRun = await openRunOf(workspace, environment, planned.earlier.reading, context.signal);
  const status = environmentStatus({ ...planned, observations, recorded, openRun, owners: workspace.owners });
  const named = new Set(addresses);
  const resources = status.resources.filter(({ address }) => named.size === 0 || named.has(address));
  const services = serviceHealth({ state: status.state, resources }, timeline, until);
  return {
    environment: environment.name,
    project: environment.project,
    revision: environment.revision,
    complete: planned.plan.complete,
    services,
    history: hasHistory ? healthHistoryOf(services, timeline, { from, until }) : null,
  };
}
