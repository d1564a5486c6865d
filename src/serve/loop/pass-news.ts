/** What a pass of the loop tells: what it has planned, what it means for a quarantine, and how it ended. */
import type { Revision } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Failure } from '../../model/failure.ts';
import type { Quarantine } from '../../model/observed.ts';
import type { Plan } from '../../model/plan.ts';
import type { PassOutcome } from '../../model/serve-event.ts';
import { changeWhys } from '../../report/change-why.ts';
import type { FollowUp } from './follow-up.ts';
import type { LoopContext } from './loop-context.ts';
import type { PassEnd } from './pass.ts';
import type { Pass } from '../served.ts';
import { troubleWords } from '../sources/source-trouble.ts';

/** A pass that is over. */
export interface PassOver {
  readonly outcome: PassOutcome;
  readonly end: Pick<PassEnd, 'plan' | 'run'>;
  readonly declared: Revision;
  /** What is held to in place of that; `null` where there is nothing. Absent where nothing needs to be held. */
  readonly held?: Revision | null;
  readonly failure: Failure | null;
  readonly diagnostics: readonly Diagnostic[];
  /** One sentence; `null` where there is nothing to explain. */
  readonly why: string | null;
  readonly followUp: FollowUp | null;
}

export class PassNews {
  readonly #context: Pick<LoopContext, 'clock' | 'standing' | 'tell'>;

  constructor(context: Pick<LoopContext, 'clock' | 'standing' | 'tell'>) {
    this.#context = context;
  }

  /** `afterMs`: since the first trigger. */
  planned({ changes, drift, withheld }: Plan, afterMs: number): void {
    this.#context.tell({
      type: 'planned',
      changes: changes.length,
      drift: drift.map(({ address }) => address),
      withheld: withheld.length,
      after_ms: Math.round(afterMs),
      why: changeWhys(changes),
    });
  }

  quarantine(before: Quarantine | null, after: Quarantine | null): void {
    const { tell } = this.#context;
    if (after !== null && after.run !== before?.run) {
      tell({ type: 'quarantined', revision: after.revision, why: after.why });
    }
    if (after === null && before !== null) {
      tell({ type: 'quarantine_lifted', revision: before.revision, why: 'another attempt was healthy' });
    }
  }

  /** `started`: by the clock of the loop. */
  ended(over: PassOver, reasons: readonly string[], started: number): Pass {
    const { clock, standing, tell } = this.#context;
    const { outcome, end, declared, held, failure, diagnostics, why, followUp } = over;
    const durationMs = Math.round(clock.now() - started);
    const isRetry = followUp?.trigger.kind === 'retry';
    const nextAt = isRetry ? new Date(clock.wall() + followUp.waitMs).toISOString() : null;
    standing.passEnds({ outcome, why: whyWords(why, failure), next_at: nextAt });
    const { run, plan } = end;
    tell({
      type: 'pass_ended',
      outcome,
      revision: declared,
      ...(held === undefined ? {} : { held }),
      duration_ms: durationMs,
      run,
      failure,
      diagnostics,
      next_at: nextAt,
    });
    return { outcome, reasons, plan, run, duration_ms: durationMs };
  }
}

/** With what the reader can do, where it is the failure that is told. */
function whyWords(why: string | null, failure: Failure | null): string | null {
  return failure !== null && why === failure.message ? troubleWords({ why, next: failure.next }) : why;
}
