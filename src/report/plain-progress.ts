/**
 * Progress as plain lines: one for each step that ended, with the time since the run began. A step that takes long says
 * so now and then, so that a log shows what it waits for; steps that never began are told by the run's own text.
 */
import type { ProgressEvent } from '../model/events.ts';
import type { Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';
import { type Paint, painter } from './paint.ts';
import type { PrinterOptions, ProgressPrinter, ProgressStream } from './progress-printer.ts';
import { safeLines, safeText } from './safe-text.ts';
import { stepNote } from './step-note.ts';
import { probeText, stepText } from './step-words.ts';
import { elapsedText } from './words.ts';

/** How often at most one resource says that it still waits. */
const REMINDER_MS = 10_000;

export class PlainProgress implements ProgressPrinter {
  readonly #stream: ProgressStream;
  readonly #options: PrinterOptions;
  readonly #paint: Paint;
  /** When each address last said something. */
  readonly #heard = new Map<string, number>();
  #startedAt: number;
  #closed = false;

  constructor(stream: ProgressStream, options: PrinterOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#paint = painter(options.color);
    this.#startedAt = options.clock.now();
  }

  emit(event: ProgressEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'run_started':
        this.#startedAt = this.#options.clock.now();
        break;
      case 'step_started':
        this.#heard.set(event.step.address, this.#options.clock.now());
        break;
      case 'step_progress':
        this.#remind(event.step.address, `${stepText(event.step)}: ${safeText(event.message)}`);
        break;
      case 'probe':
        // What has passed is not what it waits for.
        if (!event.probe.passed) this.#remind(event.address, `still waiting: ${probeText(event.probe)}`);
        break;
      case 'step_ended':
        this.#ended(event.step, event.result);
        break;
      case 'stopping':
        this.#line('Stopping; press Ctrl-C again to end at once.');
        break;
      case 'run_ended':
        this.close();
        break;
      default:
        event satisfies never;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #remind(address: string, text: string): void {
    const now = this.#options.clock.now();
    if (now - (this.#heard.get(address) ?? now) < REMINDER_MS) return;
    this.#heard.set(address, now);
    this.#line(`… ${safeText(address)} ${text}`);
  }

  #ended(step: Step, result: StepResult): void {
    if (result.started_at === null) return;
    const name = `${safeText(step.address)} ${stepText(step)}`;
    const took = elapsedText(result.duration_ms);
    if (result.status === 'done') {
      const note = stepNote(result);
      this.#line(`${this.#paint('good', '✔')} ${name}: done in ${took}${note === '' ? '' : `: ${note}`}`);
    } else {
      const why = result.error === null ? '' : `: ${safeLines(result.error.message)[0] ?? ''}`;
      this.#line(`${this.#paint('bad', '✘')} ${name}: ${result.status} after ${took}${why}`);
    }
  }

  #line(text: string): void {
    const time = ((this.#options.clock.now() - this.#startedAt) / 1000).toFixed(1);
    this.#stream.write(`${this.#paint('faint', `[${time.padStart(6)} s]`)} ${text}\n`);
  }
}
