/** `trueup status`: what runs, and how well. */
import { planFlow } from '../../flow/planning.ts';
import { openRunSince } from '../../flow/open-run.ts';
import { probedLately } from '../../flow/probed-lately.ts';
import { environmentStatus } from '../../flow/status.ts';
import type { EnvironmentStatus } from '../../report/status.ts';
import { statusDocument } from '../../report/status-document.ts';
import { renderStatus } from '../../report/status-text.ts';
import { readLatestProbes } from '../../state/health-latest.ts';
import { readRecorded } from '../../state/recorded.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

type StatusCommandOptions = GlobalOptions & InputOptions;

export const command: CommandDefinition = defineCommand<StatusCommandOptions>({
  configure(status) {
    addInputOptions(status)
      .description(
        'Show what runs, and how well: per environment its state, per resource state, health, ports and age.',
      )
      .argument('[environment or address...]', 'what to look at; all environments when absent');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'all' });
    const environments: EnvironmentStatus[] = [];
    let complete = true;
    for (const { environment, addresses } of selected) {
      await using planned = await planFlow(workspace, environment, planOptions(), context.signal);
      warnOfProblem(context, planned.problem);
      warnOfProblem(context, planned.earlier.problem);
      const { recorded } = await readRecorded(workspace.state, environment.name);
      const { observations } = planned.observations;
      const { owners } = workspace;
      const latest = await readLatestProbes(workspace.state, environment.name);
      const runSince = openRunSince(planned.earlier.reading);
      const seen = { environment: planned.environment, observations, owners, runSince };
      const probed = probedLately(latest, seen, Date.now());
      const status = environmentStatus({ ...planned, observations, recorded, owners, probed });
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
