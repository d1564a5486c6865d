/** `trueup pull`: asks registries anew for the images of services. What runs goes on as it is until the next apply. */
import { pullFlow } from '../../flow/pulling.ts';
import type { Emit } from '../../model/events.ts';
import { type PullReport, pullDocument } from '../../report/pull.ts';
import { renderPull } from '../../report/pull-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { printDocuments } from '../documents.ts';
import { EXIT, type ExitStatus, worstOf } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { withProgress } from '../progress.ts';
import { loadSelected } from '../selecting.ts';

type PullOptions = GlobalOptions & InputOptions;

export const command: CommandDefinition = defineCommand<PullOptions>({
  // The progress says that it stops.
  interrupt: 'quiet',
  configure(pull) {
    addInputOptions(pull)
      .description(
        'Ask registries anew for the images of services, with the login of this machine. What runs goes on as it is; apply replaces what runs an older image.',
      )
      .argument('[environment or address...]', 'whose images; those of all environments when absent');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, words, options, { secrets: 'leave', without: 'all' });
    const reports: PullReport[] = [];
    for (const selection of selected) {
      const pull = (emit: Emit): Promise<PullReport> =>
        pullFlow(workspace, selection, { plan: planOptions(), emit, signal: context.signal });
      reports.push(await withProgress(context, pull));
      if (context.signal.aborted) break;
    }
    show(context, reports);
    return context.signal.aborted ? EXIT.interrupted : worstOf(reports.map(statusOf));
  },
});

function show(context: CommandContext, reports: readonly PullReport[]): void {
  printDocuments(context, 'pulls', reports.map(pullDocument));
  context.print(reports.map((report) => renderPull(report, context.render)).join('\n'));
}

function statusOf({ images }: PullReport): ExitStatus {
  if (!images.some(({ status }) => status === 'failed')) return EXIT.done;
  return images.some(({ status }) => status === 'pulled' || status === 'up_to_date') ? EXIT.partial : EXIT.error;
}
