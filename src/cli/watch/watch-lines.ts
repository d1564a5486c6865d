/** `watch` without a terminal: a line for what is news to people, or every event as a CloudEvent, one a line. */
import type { TrueupError } from '../../model/failure.ts';
import type { ServeEvent } from '../../model/serve-event.ts';
import { cloudEvents } from '../../report/cloud-event.ts';
import { safeJson, safeText } from '../../report/safe-text.ts';
import { serveEventLine } from '../../serve/log/event-line.ts';
import { eventIdOf } from '../../serve/event-id.ts';
import type { CommandContext } from '../context.ts';

export interface WatchLinesOptions {
  readonly context: CommandContext;
  mask(text: string): string;
}

export class WatchLines {
  readonly #options: WatchLinesOptions;

  constructor(options: WatchLinesOptions) {
    this.#options = options;
  }

  heard(event: ServeEvent): void {
    const { context, mask } = this.#options;
    if (context.output === 'json') {
      for (const one of cloudEvents(event, { id: eventIdOf(event), mask }))
        context.stdout.write(`${safeJson(JSON.stringify(one))}\n`);
      return;
    }
    const line = serveEventLine(event);
    if (line !== null) this.line(event.environment, line);
  }

  line(environment: string | null, text: string): void {
    const { context, mask } = this.#options;
    const time = new Date().toTimeString().slice(0, 8);
    context.print(safeText(mask([time, ...(environment === null ? [] : [environment]), text].join(' '))));
  }

  /** What keeps nothing from going on. */
  problem(environment: string, { code, message, next }: TrueupError): void {
    const { context, mask } = this.#options;
    context.note(safeText(mask(`warning: ${environment}: ${message} [${code}]${next === null ? '' : `; ${next}`}`)));
  }
}
