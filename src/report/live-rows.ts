/** What the live table shows: one row per resource of the run, kept up to date by events. Pure but for its own state. */
import type { ProgressEvent } from '../model/events.ts';
import type { Step } from '../model/plan.ts';
import { safeLines, safeText } from './safe-text.ts';
import { probeText, stepText } from './step-words.ts';

export type RowState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped' | 'cancelled';

export interface LiveRow {
  readonly address: string;
  state: RowState;
  /** What it is doing, or how it ended. */
  text: string;
  /** Milliseconds since the epoch; `null` before its first step. */
  startedAt: number | null;
  endedAt: number | null;
  /** All steps of it, and how many have not ended. */
  readonly steps: Step[];
  left: number;
  /** Steps of it that are under way, the newest last. */
  readonly active: Step[];
}

export class LiveRows {
  readonly #rows = new Map<string, LiveRow>();
  /** Steps that have not ended, by id. */
  readonly #open = new Map<string, Step>();
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  all(): readonly LiveRow[] {
    return [...this.#rows.values()];
  }

  update(event: ProgressEvent, now: number): void {
    switch (event.type) {
      case 'run_started':
        for (const step of event.steps) {
          const row = this.#row(step.address);
          row.left += 1;
          row.steps.push(step);
          this.#open.set(step.id, step);
        }
        break;
      case 'step_started':
        this.#started(event.step, now);
        break;
      case 'step_progress':
        this.#row(event.step.address).text = `${stepText(event.step)}: ${safeText(event.message)}`;
        break;
      case 'probe':
        if (!event.probe.passed) this.#row(event.address).text = probeText(event.probe);
        break;
      case 'step_ended':
        this.#ended(event, now);
        break;
      case 'stopping':
        this.#stopping = true;
        break;
      case 'run_ended':
        break;
      default:
        event satisfies never;
    }
  }

  #started(step: Step, now: number): void {
    const row = this.#row(step.address);
    row.active.push(step);
    row.startedAt ??= now;
    if (row.state === 'waiting') row.state = 'running';
    if (row.state === 'running') row.text = stepText(step);
  }

  #ended({ step, result }: Extract<ProgressEvent, { type: 'step_ended' }>, now: number): void {
    const row = this.#row(step.address);
    const index = row.active.findIndex(({ id }) => id === step.id);
    if (index >= 0) row.active.splice(index, 1);
    row.left -= 1;
    this.#open.delete(step.id);
    if (result.status !== 'done' && result.status !== 'not_needed') {
      if (row.state !== 'failed') row.state = result.status;
      row.text = result.error === null ? row.text : (safeLines(result.error.message)[0] ?? '');
      row.endedAt ??= now;
    } else if (row.left <= 0 && row.active.length === 0 && row.state === 'running') {
      row.state = 'done';
      row.text = 'done';
      row.endedAt = now;
    } else if (row.active.length === 0) {
      row.text = this.#waitingFor(row.address) ?? row.text;
    }
  }

  /** Whose steps keep the next step of a resource waiting. */
  #waitingFor(address: string): string | null {
    const next = this.#row(address).steps.find(({ id }) => this.#open.has(id));
    const needed = next?.depends_on.map((dependency) => this.#open.get(dependency.step)?.address) ?? [];
    const other = needed.find((needing) => needing !== undefined && needing !== address);
    return other === undefined ? null : `waiting for ${safeText(other)}`;
  }

  #row(address: string): LiveRow {
    const known = this.#rows.get(address);
    if (known !== undefined) return known;
    const row: LiveRow = {
      address,
      state: 'waiting',
      text: '',
      startedAt: null,
      endedAt: null,
      steps: [],
      left: 0,
      active: [],
    };
    this.#rows.set(address, row);
    return row;
  }
}
