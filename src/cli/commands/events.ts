/** `trueup events`: what happens to resources, whoever does it, until Ctrl-C; of VMs that are named, what has happened. */
import { type HeardEvent, type Hearing, hearEnvironment } from '../../flow/hearing.ts';
import type { Selected } from '../../flow/selection.ts';
import { type ShownEvent, eventDocument, eventText } from '../../report/event.ts';
import { painter } from '../../report/paint.ts';
import { safeJson } from '../../report/safe-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { LineOutput } from '../logs/line-output.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';
import { isOfVms, showVmEvents } from '../vm-events.ts';

interface EventsOptions extends GlobalOptions, InputOptions {
  readonly live: boolean;
}

export const command: CommandDefinition = defineCommand<EventsOptions>({
  interrupt: 'quiet',
  configure(events) {
    addInputOptions(events)
      .description(
        'Show what happens to resources, whoever does it, until Ctrl-C. A gap says that something may have been missed. With JSON: one object a line. Of VMs that are named: what is remembered of the last 30 days.',
      )
      .argument('[environment or address...]', 'what to listen to; all environments when absent')
      .option('--live', 'listen to VMs, too, in place of showing what is remembered of them', false);
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, words, options, { secrets: 'leave', without: 'all' });
    if (!options.live && isOfVms(selected)) return showVmEvents(context, workspace, selected);
    using output = new LineOutput(context.stdout);
    const left = new AbortController();
    const over = AbortSignal.any([context.signal, output.closed]);
    const signal = AbortSignal.any([over, left.signal]);
    const lineOf = formatOf(context, selected.length > 1);
    try {
      await Promise.all(
        selected.map((selection) => {
          const hearing = hearingOf(context, selection, (event) => output.write(lineOf(event)));
          return hearEnvironment(workspace, selection.environment, hearing, signal);
        }),
      );
    } catch (error) {
      if (!over.aborted) throw error;
    } finally {
      // Where one environment cannot be listened to, nobody listens to the others.
      left.abort();
    }
    return context.signal.aborted ? EXIT.interrupted : EXIT.done;
  },
});

function formatOf(context: CommandContext, qualified: boolean): (event: ShownEvent) => string {
  // Masked before it is escaped: a secret may hold what is escaped.
  if (context.output === 'json') return (event) => safeJson(context.mask(JSON.stringify(eventDocument(event))));
  const paint = painter(context.render.color);
  return (event) => context.mask(eventText(event, { paint, qualified }));
}

function hearingOf(
  context: CommandContext,
  { environment, addresses }: Selected,
  write: (event: ShownEvent) => Promise<void>,
): Hearing {
  const isMeant = ({ address, event }: HeardEvent): boolean =>
    addresses.length === 0 || event.type === 'gap' || (address !== null && addresses.includes(address));
  return {
    async onEvent(heard) {
      const { engine, address, event: what } = heard;
      if (isMeant(heard)) await write({ at: new Date(), environment: environment.name, engine, address, what });
    },
    onSilence(engine, error) {
      context.note(`engine ${engine} of ${environment.name} does not answer: ${error}; listening for it to come back`);
    },
  };
}
