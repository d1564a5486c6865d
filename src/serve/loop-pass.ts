/**
 * A pass of the loop: finds what is to be carried out, runs the pass, tells how it ended, and says what follows from that
 * and when.
 */
import { isQuarantined } from '../flow/quarantine.ts';
import type { DesiredEnvironment, Revision } from '../model/desired.ts';
import type { Quarantine, Recorded } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { PassOutcome } from '../model/serve-event.ts';
import { waitingWords } from '../state/lock-holder.ts';
import { readRecorded } from '../state/recorded.ts';
import { type Good, declaredNow, type ToDo } from './declared-now.ts';
import { type FollowUp, followUpOf } from './follow-up.ts';
import type { LoopContext } from './loop-context.ts';
import type { Looks } from './looks.ts';
import { type PassEnd, passOver } from './pass.ts';
import { gatesOnly, healedWait, heldWords, needsProof, outcomeOf } from './pass-verdict.ts';
import type { Place, Wanted } from './pass-queue.ts';
import type { Pass } from './served.ts';
import type { Sight } from './sight.ts';

export interface PassedLoop {
  readonly pass: Pass;
  readonly followUp: FollowUp | null;
}

export class LoopPass {
  readonly #context: LoopContext;
  readonly #signal: AbortSignal;
  readonly #looks: Looks;
  /** What was valid last of what is declared. */
  #declared: Good | null = null;
  /** What is held to: that, or an earlier revision. */
  #current: Good | null = null;
  /** How many passes in a row did not get there, for want of something other than the revision. */
  #failures = 0;
  /** Whether what the source says now could not be read. */
  #isTroubled = false;

  constructor(context: LoopContext, looks: Looks, signal: AbortSignal) {
    this.#looks = looks;
    this.#context = context;
    this.#signal = signal;
  }

  /** What is held to, with what is damped left as it is. */
  get good(): Good | null {
    return this.#current === null ? null : this.#looks.damped(this.#current);
  }

  /** What the manifests that are declared were read from; `null` where they could not be read. */
  get readFrom(): Pick<DesiredEnvironment, 'files' | 'folder'> | null {
    return this.#isTroubled ? null : (this.#declared?.environment ?? null);
  }

  /** Rejects only where it is a defect, or the daemon ends at once. */
  async run(wanted: Wanted, sight: Sight, leave: AbortSignal, place: Place): Promise<PassedLoop> {
    const { clock, standing, info } = this.#context;
    const started = clock.now();
    const isOnly = (kind: string): boolean => wanted.kinds.size === 1 && [...wanted.kinds][0] === kind;
    standing.passBegins(wanted.reasons);
    const toDo = await declaredNow({
      name: info.name,
      hub: this.#context.hub,
      last: this.#declared,
      mayReuse: isOnly('event'),
      isWord: wanted.isWord,
      now: clock.wall(),
      signal: this.#signal,
    });
    this.#isTroubled = toDo.trouble !== null;
    standing.declaredIs(toDo.trouble?.kind === 'unreadable' ? toDo.trouble.failure.message : null);
    if (toDo.kind === 'nothing') return this.#nothing(toDo, wanted, started);
    if (toDo.trouble === null || this.#declared === null) this.#declared = toDo.waits?.declared ?? toDo.good;
    this.#current = toDo.good;
    const { workspace } = toDo.good;
    const before = (await readRecorded(workspace.state, info.name)).recorded;
    const end = await this.#passOver(toDo, before, { wanted, sight, leave, place, isRetry: isOnly('retry') });
    const after = (await readRecorded(workspace.state, info.name)).recorded;
    this.#tellQuarantine(before.quarantine, after.quarantine);
    const outcome = outcomeOf(toDo, end);
    this.#countFailures(outcome, end, wanted);
    const declared = toDo.trouble?.revision ?? (toDo.waits?.declared ?? toDo.good).environment.revision;
    const followUp = this.#followUp(toDo, end, outcome, after);
    const isStuck = end.isOpen || outcome === 'failed' || end.outcome === 'failed';
    const touched = isStuck ? new Set(end.plan?.changes.map(({ address }) => address) ?? []) : null;
    this.#looks.leaveAlone(touched, followUp?.waitMs ?? 0);
    const failure = toDo.trouble?.failure ?? end.failure;
    const diagnostics = toDo.trouble?.diagnostics ?? [];
    const why = failure?.message ?? (toDo.waits === null ? null : heldWords(toDo.waits.quarantine));
    return this.#ended({ outcome, end, declared, failure, diagnostics, why, followUp }, wanted, started);
  }

  async #passOver(
    toDo: Exclude<ToDo, { kind: 'nothing' }>,
    recorded: Recorded,
    {
      wanted,
      sight,
      leave,
      place,
      isRetry,
    }: {
      readonly wanted: Wanted;
      readonly sight: Sight;
      readonly leave: AbortSignal;
      readonly place: Place;
      readonly isRetry: boolean;
    },
  ): Promise<PassEnd> {
    const { clock, settings, standing, tell, damping, prober, onProblem, onWait } = this.#context;
    const { good, waits } = toDo;
    const { workspace, environment } = this.#looks.damped(good);
    // Where nothing else is held, the daemon keeps its hands off what has just failed, and only looks.
    const isLook = waits !== null && (waits.held === 'nothing' || (waits.held === 'same' && isRetry));
    tell({ type: 'pass_started', revision: environment.revision, reasons: wanted.reasons });
    const gates = gatesOnly(() => place.leave());
    return passOver({
      workspace,
      environment,
      purpose: toDo.kind,
      // What is left alone for a while proves nothing.
      isProof:
        toDo.kind === 'apply' &&
        toDo.trouble === null &&
        environment === good.environment &&
        needsProof(recorded, environment.revision),
      settings: isLook ? { ...settings, isDryRun: true } : settings,
      sight,
      signal: this.#signal,
      leave,
      now: () => clock.wall(),
      onPlanned: async (planned, when) => {
        await this.#looks.seen(planned, workspace);
        if (when === 'before') this.#tellPlanned(planned.plan, clock.now() - wanted.since);
      },
      onBegin(plan) {
        const drift = new Set(plan.drift.map(({ address }) => address));
        for (const { address } of plan.changes) if (drift.has(address)) damping.healed(address);
        standing.runBegins(wanted.reasons[0] ?? 'a run is under way');
      },
      onProgress(event) {
        gates(event);
        prober.heard(event);
        tell({ type: 'progress', event });
      },
      onWait(holder) {
        place.leave();
        onWait(waitingWords(holder));
      },
      onProblem: (problem) => onProblem(problem),
    });
  }

  #tellPlanned(plan: Plan, afterMs: number): void {
    this.#context.tell({
      type: 'planned',
      changes: plan.changes.length,
      drift: plan.drift.map(({ address }) => address),
      withheld: plan.withheld.length,
      after_ms: Math.round(afterMs),
    });
  }

  #tellQuarantine(before: Quarantine | null, after: Quarantine | null): void {
    const { tell } = this.#context;
    if (after !== null && after.run !== before?.run) {
      tell({ type: 'quarantined', revision: after.revision, why: after.why });
    }
    if (after === null && before !== null) {
      tell({ type: 'quarantine_lifted', revision: before.revision, why: 'another attempt was healthy' });
    }
  }

  #countFailures(outcome: PassOutcome, end: PassEnd, { isWord }: Wanted): void {
    const isOver = outcome !== 'failed' && outcome !== 'blocked' && outcome !== 'invalid';
    const isStuck = !isOver || end.outcome === 'failed' || end.isOpen;
    if (!isStuck || isWord) this.#failures = 0;
    if (isStuck) this.#failures += 1;
  }

  #followUp(
    toDo: Exclude<ToDo, { kind: 'nothing' }>,
    end: PassEnd,
    outcome: PassOutcome,
    { quarantine, revisions }: Recorded,
  ): FollowUp | null {
    const { clock, damping, settings } = this.#context;
    const declared = (toDo.waits?.declared ?? toDo.good).environment;
    const isBad = quarantine !== null && isQuarantined(quarantine, declared);
    const resources = [...toDo.good.environment.resources.values()].filter(({ drift }) => drift === 'heal');
    return followUpOf({
      outcome,
      end,
      isDryRun: settings.isDryRun,
      quarantine: isBad ? quarantine : null,
      hasTried: toDo.kind === 'apply' && end.run !== null,
      canHold: (revisions.last_healthy?.commit ?? null) !== declared.revision.commit && revisions.last_healthy !== null,
      failures: this.#failures,
      healedMs: end.outcome === 'failed' ? healedWait(end, (address) => damping.wait(address)) : null,
      dampedMs: resources.map(({ address }) => damping.wait(address)).filter((wait) => wait > 0),
      freezes: end.plan?.frozen ?? [],
      now: clock.wall(),
      random: clock.random(),
    });
  }

  #nothing(toDo: Extract<ToDo, { kind: 'nothing' }>, wanted: Wanted, started: number): PassedLoop {
    const { trouble } = toDo;
    const outcome: PassOutcome = trouble.kind === 'invalid' ? 'invalid' : 'blocked';
    const end: PassEnd = { outcome: 'blocked', plan: null, run: null, failure: trouble.failure, isOpen: false };
    const declared: Revision = trouble.revision ??
      this.#declared?.environment.revision ?? { commit: null, dirty: false };
    const { failure, diagnostics } = trouble;
    const told = { outcome, end, declared, failure, diagnostics, why: failure.message, followUp: null };
    return this.#ended(told, wanted, started);
  }

  #ended(
    {
      outcome,
      end,
      declared,
      failure,
      diagnostics,
      why,
      followUp,
    }: {
      readonly outcome: PassOutcome;
      readonly end: PassEnd;
      readonly declared: Revision;
      readonly failure: PassEnd['failure'];
      readonly diagnostics: NonNullable<Extract<ToDo, { kind: 'nothing' }>['trouble']>['diagnostics'];
      readonly why: string | null;
      readonly followUp: FollowUp | null;
    },
    { reasons }: Wanted,
    started: number,
  ): PassedLoop {
    const { clock, standing, tell } = this.#context;
    const durationMs = Math.round(clock.now() - started);
    const isRetry = followUp?.trigger.kind === 'retry';
    const nextAt = isRetry ? new Date(clock.wall() + followUp.waitMs).toISOString() : null;
    standing.passEnds({ outcome, why, next_at: nextAt });
    const { run, plan } = end;
    tell({
      type: 'pass_ended',
      outcome,
      revision: declared,
      duration_ms: durationMs,
      run,
      failure,
      diagnostics,
      next_at: nextAt,
    });
    return { pass: { outcome, reasons, plan, run, duration_ms: durationMs }, followUp };
  }
}
