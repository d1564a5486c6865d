/**
 * A pass of the loop: finds what is to be carried out, runs the pass, tells how it ended, and says what follows from that
 * and when.
 */
import { isCutOff } from '../../flow/open-run.ts';
import { openRunOf } from '../../flow/open-run-holder.ts';
import { isQuarantined } from '../../flow/quarantine.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment, Revision } from '../../model/desired.ts';
import type { Recorded } from '../../model/observed.ts';
import type { PassOutcome } from '../../model/serve-event.ts';
import { waitingWords } from '../../state/locks/lock-holder.ts';
import { readJournal } from '../../state/journal.ts';
import { readRecorded } from '../../state/recorded.ts';
import { type Good, declaredNow, type ToDo } from './declared-now.ts';
import { type FollowUp, followUpOf } from './follow-up.ts';
import type { LoopContext } from './loop-context.ts';
import type { Looks } from './looks.ts';
import { type PassEnd, passOver } from './pass.ts';
import { healedBy, healedWait, heldBy, heldWords, needsProof, outcomeOf } from './pass-verdict.ts';
import type { Place, Wanted } from './pass-queue.ts';
import { PassNews, type PassOver } from './pass-news.ts';
import type { Pass } from '../served.ts';
import type { Sight } from '../sight/sight.ts';
import { UnderWay } from './under-way.ts';

export interface PassedLoop {
  readonly pass: Pass;
  readonly followUp: FollowUp | null;
}

type Doable = Exclude<ToDo, { kind: 'nothing' }>;

/** Why a pass is made, and what it goes by. */
export interface Asked {
  readonly wanted: Wanted;
  readonly sight: Sight;
  readonly leave: AbortSignal;
  readonly place: Place;
  /** Each time when its run has nothing left to do but wait. */
  onWaits(): void;
}

export class LoopPass {
  readonly #context: LoopContext;
  readonly #signal: AbortSignal;
  readonly #looks: Looks;
  readonly #news: PassNews;
  /** What was valid last of what is declared. */
  #declared: Good | null = null;
  /** What is held to: that, or an earlier revision. */
  #current: Good | null = null;
  /** How many passes in a row did not get there, for want of something other than the revision. */
  #failures = 0;
  #underWay: UnderWay | null = null;
  /** Whether what the source says now could not be read. */
  #isTroubled = false;
  /** A pause that ends while the pass is under way is over for nobody who looks. */
  #wereDamped: readonly Address[] = [];

  constructor(context: LoopContext, looks: Looks, signal: AbortSignal) {
    this.#looks = looks;
    this.#news = new PassNews(context);
    this.#context = context;
    this.#signal = signal;
  }

  /** What is held to, with what is damped left as it is. */
  get good(): Good | null {
    return this.#current === null ? null : this.#looks.damped(this.#current);
  }

  /** The run that is under way; `null` where there is none. */
  get underWay(): UnderWay | null {
    return this.#underWay;
  }

  /** How long each service has to wait still that is damped, or was when the pass began and was left by it; 0 for no longer. */
  get dampedMs(): readonly number[] {
    const { damping } = this.#context;
    return [...new Set([...this.#wereDamped, ...this.#dampedNow()])].map((address) => damping.wait(address));
  }

  #dampedNow(): readonly Address[] {
    const { damping } = this.#context;
    const resources = [...(this.#current?.environment.resources.values() ?? [])];
    return resources.flatMap(({ address, drift }) => (drift === 'heal' && damping.wait(address) > 0 ? [address] : []));
  }

  /** What the manifests that are declared came to; `null` where they could not be read. */
  get readFrom(): DesiredEnvironment | null {
    return this.#isTroubled ? null : (this.#declared?.environment ?? null);
  }

  /** Rejects only where it is a defect, or the daemon ends at once. */
  async run(asked: Asked): Promise<PassedLoop> {
    const { clock, standing, info } = this.#context;
    const { wanted } = asked;
    const started = clock.now();
    this.#wereDamped = this.#dampedNow();
    standing.passBegins(wanted.reasons);
    const toDo = await declaredNow({
      name: info.name,
      hub: this.#context.hub,
      last: this.#declared,
      mayReuse: isOnly(wanted, 'event'),
      isWord: wanted.isWord,
      now: clock.wall(),
      signal: this.#signal,
    });
    this.#isTroubled = toDo.trouble !== null;
    standing.declaredIs(toDo.trouble?.kind === 'unreadable' ? toDo.trouble.failure.message : null);
    const over = toDo.kind === 'nothing' ? this.#nothing(toDo) : await this.#carryOut(toDo, asked);
    return { pass: this.#news.ended(over, wanted.reasons, started), followUp: over.followUp };
  }

  async #carryOut(toDo: Doable, asked: Asked): Promise<PassOver> {
    const { info } = this.#context;
    if (toDo.trouble === null || this.#declared === null) this.#declared = toDo.waits?.declared ?? toDo.good;
    this.#current = toDo.good;
    const { workspace } = toDo.good;
    const before = (await readRecorded(workspace.state, info.name)).recorded;
    const end = await this.#passOver(toDo, before, asked);
    const after = (await readRecorded(workspace.state, info.name)).recorded;
    this.#news.quarantine(before.quarantine, after.quarantine);
    const outcome = outcomeOf(toDo, end);
    this.#countFailures(outcome, end, asked.wanted);
    const declared = toDo.trouble?.revision ?? (toDo.waits?.declared ?? toDo.good).environment.revision;
    const followUp = this.#followUp(toDo, end, outcome, after);
    const isStuck = end.isOpen || outcome === 'failed' || end.outcome === 'failed';
    const touched = isStuck ? new Set(end.plan?.changes.map(({ address }) => address) ?? []) : null;
    this.#looks.leaveAlone(touched, followUp?.waitMs ?? 0);
    const failure = toDo.trouble?.failure ?? end.failure;
    const diagnostics = toDo.trouble?.diagnostics ?? [];
    const why = failure?.message ?? heldWords(toDo);
    return { outcome, end, declared, ...heldBy(toDo, outcome), failure, diagnostics, why, followUp };
  }

  async #passOver(toDo: Doable, recorded: Recorded, asked: Asked): Promise<PassEnd> {
    const { clock, settings, standing, tell, damping, prober, onProblem, onWait } = this.#context;
    const { wanted, sight, leave, place } = asked;
    const { good, waits } = toDo;
    const { workspace, environment } = this.#looks.damped(good);
    const isRetry = isOnly(wanted, 'retry');
    // Where nothing else is held, the daemon keeps its hands off what has just failed, and only looks.
    const isLook = waits !== null && (waits.held === 'nothing' || (waits.held === 'same' && isRetry));
    tell({ type: 'pass_started', revision: environment.revision, reasons: wanted.reasons });
    const underWay = new UnderWay(wanted.isWord, () => {
      place.leave();
      asked.onWaits();
    });
    let isPlanTold = false;
    const over = passOver({
      workspace,
      environment,
      purpose: toDo.kind,
      expected: isOnly(wanted, 'event') ? wanted.addresses : null,
      // What is left alone for a while proves nothing.
      isProof:
        toDo.kind === 'apply' &&
        toDo.trouble === null &&
        environment === good.environment &&
        (needsProof(recorded, environment.revision) || (await this.#isLeftOpen(good))),
      settings: isLook ? { ...settings, isDryRun: true } : settings,
      sight,
      signal: this.#signal,
      leave,
      now: () => clock.wall(),
      onPlanned: async (planned, when) => {
        await this.#looks.seen(planned, workspace, when === 'before' ? 'free' : 'held');
        if (!isPlanTold) this.#news.planned(planned.plan, clock.now() - wanted.since);
        isPlanTold = true;
      },
      onBegin: (plan) => {
        underWay.begins(plan);
        for (const address of healedBy(plan)) damping.healed(address);
        standing.runBegins(wanted.reasons[0] ?? 'a run is under way');
      },
      onProgress: (event) => {
        if (event.type === 'run_started') this.#underWay = underWay;
        underWay.heard(event);
        prober.heard(event);
        standing.heard(event);
        tell({ type: 'progress', event });
      },
      onWait(holder) {
        place.leave();
        onWait(waitingWords(holder));
      },
      onProblem: (problem) => onProblem(problem),
    });
    return over.finally(() => {
      this.#underWay = null;
    });
  }

  /** Whether a run was cut off: nobody knows what it came to before another one has looked at every gate. */
  async #isLeftOpen({ workspace, environment }: Good): Promise<boolean> {
    const { reading } = await readJournal(workspace.state, environment.name);
    return isCutOff(await openRunOf(workspace, environment, reading, this.#signal));
  }

  #countFailures(outcome: PassOutcome, end: PassEnd, { isWord }: Wanted): void {
    const isOver = outcome !== 'failed' && outcome !== 'blocked' && outcome !== 'invalid';
    const isStuck = !isOver || end.outcome === 'failed' || end.isOpen;
    if (!isStuck || isWord) this.#failures = 0;
    if (isStuck) this.#failures += 1;
  }

  #followUp(toDo: Doable, end: PassEnd, outcome: PassOutcome, { quarantine, revisions }: Recorded): FollowUp | null {
    const { clock, damping, settings } = this.#context;
    const declared = (toDo.waits?.declared ?? toDo.good).environment;
    const isBad = quarantine !== null && isQuarantined(quarantine, declared);
    return followUpOf({
      outcome,
      end,
      isDryRun: settings.isDryRun,
      quarantine: isBad ? quarantine : null,
      hasTried: toDo.kind === 'apply' && end.run !== null,
      canHold: (revisions.last_healthy?.commit ?? null) !== declared.revision.commit && revisions.last_healthy !== null,
      failures: this.#failures,
      healedMs: end.outcome === 'failed' || end.isOpen ? healedWait(end, (address) => damping.wait(address)) : null,
      dampedMs: this.dampedMs,
      freezes: end.plan?.frozen ?? [],
      now: clock.wall(),
      random: clock.random(),
    });
  }

  #nothing({ trouble }: Extract<ToDo, { kind: 'nothing' }>): PassOver {
    const { kind, failure, diagnostics } = trouble;
    const outcome = kind === 'invalid' ? 'invalid' : 'blocked';
    const declared: Revision = trouble.revision ??
      this.#declared?.environment.revision ?? { commit: null, dirty: false };
    const end = { plan: null, run: null };
    return { outcome, end, declared, failure, diagnostics, why: failure.message, followUp: null };
  }
}

function isOnly({ kinds }: Wanted, kind: string): boolean {
  return kinds.size === 1 && [...kinds][0] === kind;
}
