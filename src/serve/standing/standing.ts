/**
 * Where an environment stands: what the last look found, told as events where it differs from the look before, and
 * remembered across restarts. Takes no decision and touches no engine.
 */
import type { Planned } from '../../flow/planning.ts';
import { environmentStatus, type ProbedHealth, type StatusInput } from '../../flow/status.ts';
import type { Address } from '../../model/address.ts';
import type { ProgressEvent } from '../../model/events.ts';
import type { Recorded } from '../../model/observed.ts';
import { isOfInputs } from '../../model/plan.ts';
import type { ServeEventDetail } from '../../model/serve-event.ts';
import type { EnvironmentState, Freeze } from '../../model/served.ts';
import { driftOfPlan } from '../../report/drift-document.ts';
import type { Condition, EnvironmentStatus, ResourceStatus } from '../../report/status.ts';
import type { ServedMemoryStore } from '../../state/served-state.ts';
import { type LastPass, rememberedConditions, servedConditions } from './conditions.ts';
import type { FreezesTold } from './freezes-told.ts';
import { orphanedWords } from './orphan-words.ts';
import { stateReason } from './state-reason.ts';
import { withSeenState } from './transitions.ts';
import { driftKnown, silentEngines } from '../sight/unseen.ts';

export interface StandingOptions {
  readonly name: string;
  readonly memory: ServedMemoryStore;
  readonly freezes: FreezesTold;
  /** What our own probes say now; {@link Standing.probedAnew} is called where it has changed. */
  readonly probed: ReadonlyMap<Address, ProbedHealth>;
  /** What was recorded of what runs while nobody can look at it, because its repo cannot be read; absent where they can. */
  readonly recorded?: Recorded | null;
  tell(detail: ServeEventDetail): void;
  /** Milliseconds since the epoch, by the clock on the wall. */
  now(): number;
}

/** What a look goes by beside what it finds. */
export type SeenBeside = Pick<StatusInput, 'owners' | 'openRun'>;

export class Standing {
  readonly #options: StandingOptions;
  #found: EnvironmentStatus | null = null;
  /** What the last look saw. */
  #sight: StatusInput | null = null;
  /** Whether a run is changing it, and nobody has looked since. */
  #isChanging = false;
  /** Whose gates the run of a pass waits at: nobody looks meanwhile. */
  readonly #atGates = new Set<Address>();
  #looked: readonly Condition[] | null = null;
  #drift: ReadonlySet<Address> = new Set();
  #reasons: readonly string[] | null = null;
  #last: LastPass | null = null;
  #isPaused = false;
  #isOrphaned = false;
  /** Why the source cannot be read. */
  #lost: string | null = null;
  /** Why the last pass could not read what is declared. */
  #unread: string | null = null;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  /** As it was looked at last, with what is known beyond that look. */
  status(): EnvironmentStatus | null {
    if (this.#found === null) return this.#unseen();
    const conditions = this.#conditions();
    const state = this.#options.memory.get().state ?? this.#found.state;
    const resources =
      this.#atGates.size === 0 ? this.#found.resources : this.#found.resources.map((one) => this.#now(one));
    return { ...this.#found, state, conditions, resources };
  }

  get drift(): ReadonlySet<Address> {
    return this.#drift;
  }

  get freezes(): readonly Freeze[] {
    return this.#options.freezes.all;
  }

  /** What a look found. Whether drift appeared or ended by it. */
  seen({ plan, environment, observations: { observations }, recorded }: Planned, beside: SeenBeside): boolean {
    const { probed } = this.#options;
    const sight = { environment, plan, observations, recorded, probed, ...beside };
    this.#sight = sight;
    this.#isChanging = false;
    const found = this.#find(sight);
    this.#options.freezes.looked(plan.frozen);
    // What somebody put into an input is a wish, and no news of what runs.
    const drifted = driftOfPlan(plan).filter((item) => !isOfInputs(item));
    const drift = new Set(drifted.map(({ address }) => address));
    const changed = this.#driftIs(driftKnown(drift, this.#drift, environment, silentEngines(plan)));
    this.#settle(found, sight);
    this.#remember();
    return changed;
  }

  /** Our own probes say something else than before. */
  probedAnew(): void {
    if (this.#sight === null) return;
    const found = this.#find(this.#sight);
    if (!this.#isChanging) this.#settle(found, this.#sight);
    this.#remember();
  }

  /** A run is about to change it. */
  runBegins(why: string): void {
    this.#isChanging = true;
    this.#stateIs('provisioning', why);
  }

  /** What the run of a pass tells. */
  heard(event: ProgressEvent): void {
    if (event.type !== 'step_started' && event.type !== 'step_ended') return;
    const { phase, verb, address } = event.step;
    if (phase !== 'gate' || verb !== 'service_healthy') return;
    if (event.type === 'step_started') this.#atGates.add(address);
    else this.#atGates.delete(address);
  }

  passBegins(reasons: readonly string[]): void {
    this.#reasons = reasons;
    this.#remember();
  }

  passEnds(last: LastPass): void {
    this.#reasons = null;
    this.#last = last;
    this.#atGates.clear();
    this.#remember();
  }

  /** Something else is frozen than before. */
  freezesMoved(): void {
    this.#remember();
  }

  pausedIs(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#remember();
  }

  /** Why the source cannot be read any more; `null` once it can. */
  sourceIs(lost: string | null): void {
    this.#lost = lost;
    this.#remember();
  }

  /** Why a pass could not read what is declared; `null` where it could. */
  declaredIs(unread: string | null): void {
    this.#unread = unread;
  }

  get isOrphaned(): boolean {
    return this.#isOrphaned;
  }

  orphanedIs(isOrphaned: boolean): void {
    if (isOrphaned === this.#isOrphaned) return;
    this.#isOrphaned = isOrphaned;
    this.#remember();
  }

  /** What ran before is there for all that is known, and how it is nobody knows. */
  #unseen(): EnvironmentStatus | null {
    const { name, recorded = null } = this.#options;
    if (recorded === null) return null;
    const { last_applied, last_attempted, last_healthy } = recorded.revisions;
    const revisions = { last_applied, last_attempted, last_healthy };
    return { name, state: 'unknown', conditions: this.#conditions(), ...revisions, quarantine: null, resources: [] };
  }

  #now(resource: ResourceStatus): ResourceStatus {
    if (!this.#atGates.has(resource.address)) return resource;
    return { ...resource, run_state: 'running', health: 'starting', reason: null };
  }

  #find(sight: StatusInput): EnvironmentStatus {
    const before = this.#found;
    const found = environmentStatus(sight);
    this.#found = found;
    this.#looked = found.conditions;
    this.#tellResources(before?.resources ?? null, found.resources);
    return found;
  }

  /** Where an engine does not answer, nobody knows better than before what state it is in. */
  #settle(found: EnvironmentStatus, { plan }: StatusInput): void {
    const { state } = found;
    if (state !== 'unknown' && silentEngines(plan).size === 0) this.#stateIs(state, stateReason(found));
  }

  #stateIs(to: EnvironmentState, reason: string): void {
    const { memory, now, tell } = this.#options;
    const seen = withSeenState(memory.get(), to, { at: new Date(now()).toISOString(), reason });
    memory.set(seen.memory);
    for (const arrow of seen.added) tell({ type: 'state_changed', from: arrow.from, to: arrow.to, reason });
  }

  #driftIs(now: ReadonlySet<Address>): boolean {
    const { tell } = this.#options;
    const found = [...now].filter((address) => !this.#drift.has(address));
    const over = [...this.#drift].filter((address) => !now.has(address));
    this.#drift = now;
    if (found.length > 0) tell({ type: 'drift_found', addresses: found });
    if (over.length > 0) tell({ type: 'drift_over', addresses: over });
    return found.length > 0 || over.length > 0;
  }

  #tellResources(before: readonly ResourceStatus[] | null, now: readonly ResourceStatus[]): void {
    if (before === null) return;
    const known = new Map(before.map((resource) => [resource.address, resource]));
    for (const { address, run_state, health, reason } of now) {
      const last = known.get(address);
      if (last !== undefined && last.run_state === run_state && last.health === health) continue;
      this.#options.tell({ type: 'resource_changed', address, run_state, health, reason });
    }
  }

  #conditions(): readonly Condition[] {
    const { memory, now } = this.#options;
    const found = servedConditions(
      {
        status: this.#looked,
        reasons: this.#reasons,
        last: this.#last,
        isPaused: this.#isPaused,
        freezes: this.freezes,
        unread: this.#lost ?? this.#unread,
      },
      memory.get().conditions,
      new Date(now()).toISOString(),
    );
    if (!this.#isOrphaned) return found;
    const message = orphanedWords(this.#options.name);
    return found.map((one) => (one.type === 'Stalled' ? { ...one, status: 'True', reason: 'Orphaned', message } : one));
  }

  #remember(): void {
    const { memory } = this.#options;
    memory.set({ ...memory.get(), conditions: rememberedConditions(this.#conditions()) });
  }
}
