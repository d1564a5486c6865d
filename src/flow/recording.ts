/**
 * What an apply remembers: what it left as it should be, what it is about to change, and each change once it is complete.
 * Recorded state names causes; nothing is ever found by it. A record is of one object: what is left over beside it, or of
 * it on another engine, comes and goes without touching the record. Images are nobody's and are not recorded.
 */
import { type Address, isAddress, typeOf } from '../model/address.ts';
import { type Change, type ChangedObject, changeKey } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { compareText, jsonEqual } from '../model/json.ts';
import type { Recorded, RecordedResource } from '../model/observed.ts';
import type { Plan, PlanEngine } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { RecordedStore } from '../state/recorded.ts';
import { recordGates } from './gate-verdicts.ts';
import { leftDrifted } from './left-drifted.ts';
import { isProvenBefore, recordRevision } from './recorded-revision.ts';
import type { Remembered } from './remembered.ts';

export class Recording {
  readonly #store: RecordedStore;
  readonly #planned: Remembered;
  readonly #plan: Plan;
  /** What was recorded before of what is about to change, and by which changes. */
  readonly #before = new Map<Address, { readonly recorded: RecordedResource | null; readonly keys: Set<string> }>();

  /** Recorded addresses that nothing declares. */
  #undeclared: readonly Address[] | null = null;

  /** `plan` is what is carried out: the planned one, or a saved one that was found fresh. */
  constructor(store: RecordedStore, planned: Remembered, plan: Plan) {
    this.#store = store;
    this.#planned = planned;
    this.#plan = plan;
  }

  /** Before anything is done. */
  async begin(): Promise<void> {
    await this.#recordStopped();
    this.#recordUnchanged();
    this.#recordBegun(this.#plan.changes);
    if (this.#before.size > 0) await this.#store.flush();
  }

  /** Before a second stage does what no plan has shown. */
  async found(changes: readonly Change[]): Promise<void> {
    this.#recordBegun(changes);
    if (changes.length > 0) await this.#store.flush();
  }

  /** All steps of it are done. */
  changeDone(change: Change): void {
    if (change.type === 'image') return;
    const known = this.#store.get().resources[change.address];
    if (this.#planned.fields !== 'all') {
      if (known !== undefined) this.#store.record(change.address, { ...known, unfinished: false });
    } else if (change.action === 'delete') this.#recordRemoved(change);
    else this.#recordDone(change);
  }

  end(run: Run): void {
    this.#recordUntouched(run);
    const carried = { planned: this.#planned, plan: this.#plan };
    if (run.status === 'failed' && isProvenBefore(this.#store.get(), carried, run)) this.#recordProven();
    else this.#recordUnmet(run);
    recordGates(this.#store, run);
    this.#forgetDestroyed(run);
    recordRevision(this.#store, carried, run);
  }

  /** Nothing is known any more of what all was to go, but of what stays with its manifest, or for its data. */
  #forgetDestroyed({ mode, status }: Run): void {
    const { complete, inputs, withheld } = this.#plan;
    if (mode !== 'destroy' || status !== 'succeeded' || !complete || inputs.targets.length > 0) return;
    const { environment } = this.#planned;
    const kept = withheld.filter(({ address, reason }) => reason !== 'adopted' || environment.resources.has(address));
    const known = new Set(kept.map(({ address }) => address));
    for (const address of Object.keys(this.#store.get().resources).filter(isAddress)) {
      if (!known.has(address)) this.#store.record(address, null);
    }
  }

  /** What a person stopped on purpose is remembered before anything is done, so that a crash does not forget it. */
  async #recordStopped(): Promise<void> {
    const { stopped, suspended = [], environment } = this.#planned;
    const declared = stopped.filter((address) => environment.resources.has(address));
    const resting = suspended.filter((address) => declared.includes(address));
    const { suspended: known = [], ...before } = this.#store.get();
    if (jsonEqual(declared, before.stopped) && jsonEqual(resting, known)) return;
    this.#store.set({ ...before, stopped: declared, ...(resting.length === 0 ? {} : { suspended: resting }) });
    await this.#store.flush();
  }

  /** What is as it should be is recorded too, so that whoever changes it later can be named. */
  #recordUnchanged(): void {
    const { plan: made, environment, fields } = this.#planned;
    if (this.#plan.mode === 'destroy' || fields !== 'all') return;
    // A saved plan may leave alone what has changed since.
    const open = new Set<Address>([...made.withheld, ...this.#plan.withheld].map(({ address }) => address));
    for (const { address } of [...made.conflicts, ...this.#plan.conflicts]) open.add(address);
    // What waits for a person's word is nobody's until then.
    for (const address of made.to_adopt ?? []) open.add(address);
    for (const address of [...made.drift_ignored, ...this.#plan.drift_ignored]) open.add(address);
    for (const change of [...made.changes, ...this.#plan.changes]) {
      if (change.action !== 'delete' || this.#isDeclared(change)) open.add(change.address);
    }
    const targets = new Set(this.#plan.inputs.targets);
    const unseen = new Set(
      [...made.inputs.engines, ...this.#plan.inputs.engines].filter(isUnseen).map(({ name }) => name),
    );
    const { resources: known } = this.#store.get();
    for (const [address, resource] of environment.resources) {
      if (open.has(address) || resource.external || resource.type === 'image') continue;
      // What nobody has seen may be anything, and nothing of it was applied.
      if (unseen.has(resource.engine)) continue;
      if (targets.size > 0 && !targets.has(address)) continue;
      const now = this.#recordedOf(resource);
      const isKnown = known[address]?.unfinished === false && isSaidAlike(known[address], now);
      if (!isKnown) this.#store.record(address, now);
      this.#forgetFormer(resource, known);
    }
  }

  /** Whatever is about to change is marked, so that what a failed or killed run leaves behind is not blamed on the world. */
  #recordBegun(changes: readonly Change[]): void {
    const { resources: known } = this.#store.get();
    for (const change of changes) {
      const { address } = change;
      const recorded = known[address] ?? null;
      const isOfRecord = this.#isDeclared(change) || (recorded !== null && isSame(recorded, change));
      if (change.type === 'image' || !isOfRecord) continue;
      const keys = this.#before.get(address)?.keys ?? new Set<string>();
      this.#before.set(address, { recorded, keys: keys.add(changeKey(change)) });
      const begun = recorded ?? this.#newRecord(address);
      // Before it loses its name: whoever comes after a crash is to know it again.
      if (begun !== null) this.#store.record(address, { ...this.#withAdopted(address, begun), unfinished: true });
    }
  }

  #newRecord(address: Address): RecordedResource | null {
    const resource = this.#planned.environment.resources.get(address);
    return this.#planned.fields === 'all' && resource !== undefined ? this.#recordedOf(resource) : null;
  }

  #recordDone(change: Change): void {
    const { address, previous_address: previous } = change;
    const resource = this.#planned.environment.resources.get(address);
    if (previous !== null && previous !== address) this.#store.record(previous, null);
    this.#store.record(address, resource === undefined ? null : this.#recordedOf(resource));
    if (resource !== undefined) this.#forgetFormer(resource, this.#store.get().resources);
  }

  #recordRemoved(change: Change): void {
    const { address } = change;
    const { resources, stopped } = this.#store.get();
    const known = resources[address];
    if (known !== undefined && !isSame(known, change) && !this.#isForgotten(known, change)) return;
    // What is removed starts with a clean slate when it comes back.
    if (stopped.includes(address)) {
      this.#store.set({ ...this.#store.get(), stopped: stopped.filter((other) => other !== address) });
    }
    this.#store.record(address, null);
  }

  /** Whether nothing is left, or meant to be there, of which something is recorded under an address. */
  #isForgotten(known: RecordedResource, { address }: Change): boolean {
    const { mode, withheld, changes } = this.#plan;
    const isWanted = mode === 'apply' && this.#planned.environment.resources.has(address);
    const isKept = withheld.some((item) => item.address === address);
    return !isWanted && !isKept && !changes.some((other) => other.address === address && isSame(known, other));
  }

  /** One that got a new key and is the same has one record, under the new one. */
  #forgetFormer({ type, engine, name }: DesiredResource, known: Recorded['resources']): void {
    const { environment } = this.#planned;
    this.#undeclared ??= Object.keys(known)
      .filter(isAddress)
      .filter((other) => !environment.resources.has(other));
    for (const other of this.#undeclared) {
      const record = known[other];
      if (record?.engine === engine && record.name === name && typeOf(other) === type) this.#store.record(other, null);
    }
  }

  /** What the run never got to is as it was before. */
  #recordUntouched(run: Run): void {
    const begun = run.steps.filter(({ phase, started_at: startedAt }) => phase !== 'gate' && startedAt !== null);
    const touched = new Set(begun.map(changeKey));
    for (const [address, { recorded, keys }] of this.#before) {
      if (![...keys].some((key) => touched.has(key))) this.#store.record(address, recorded);
    }
  }

  /** What was healthy before, and could not be healed, is as it should be but for the world, which changed it: it stays drift. */
  #recordProven(): void {
    for (const [address, { recorded }] of this.#before) {
      if (recorded?.unfinished === false) this.#store.record(address, this.#withAdopted(address, recorded));
    }
  }

  /** What did not get through its gate is not done: that it is not as it should be is this run's doing, too. */
  #recordUnmet(run: Run): void {
    const failed = run.steps.filter(({ phase, status }) => phase === 'gate' && status === 'failed');
    const unmet = run.gates.filter(({ met }) => !met);
    const left = leftDrifted(this.#planned.plan, this.#plan);
    for (const { address } of [...failed, ...unmet]) {
      if (left.has(address)) continue;
      const known = this.#store.get().resources[address];
      if (known !== undefined) this.#store.record(address, { ...known, unfinished: true });
    }
  }

  /** Whether a change is about what its address stands for. */
  #isDeclared(change: Change): boolean {
    const declared = this.#planned.environment.resources.get(change.address);
    return change.action !== 'delete' || declared === undefined || isSame(declared, change);
  }

  /** Recorded as declared: that a person stopped it is an intent of its own. */
  #recordedOf(resource: DesiredResource): RecordedResource {
    const { declared, environment } = this.#planned;
    const { config } = declared.resources.get(resource.address) ?? resource;
    const { engine, name, untracked } = resource;
    const inputs: Record<string, string> = {};
    for (const { field_path: path, declared: said } of untracked) if (said !== null) inputs[path] = said;
    const noted = Object.keys(inputs).length === 0 ? {} : { inputs };
    const record = { engine, name, config, ...noted, revision: environment.revision.commit, unfinished: false };
    return this.#withAdopted(resource.address, record);
  }

  /** Also of what is replaced: it may come back, and else no other object is ever called so. */
  #withAdopted(address: Address, { adopted: _, ...record }: RecordedResource): RecordedResource {
    const { adopted = [] } = this.#planned.plan;
    const found = adopted.filter((one) => one.address === address && one.engine === record.engine);
    return found.length === 0 ? record : { ...record, adopted: found.map(({ as }) => as).toSorted(compareText) };
  }
}

function isUnseen({ status }: PlanEngine): boolean {
  return status === 'resting' || status === 'awaited' || status === 'unreachable';
}

function isSame(left: Omit<ChangedObject, 'address'>, right: Omit<ChangedObject, 'address'>): boolean {
  return left.engine === right.engine && left.name === right.name;
}

function isSaidAlike(left: RecordedResource, right: RecordedResource): boolean {
  return (
    jsonEqual(left.config, right.config) &&
    jsonEqual({ ...left.inputs }, { ...right.inputs }) &&
    jsonEqual([...(left.adopted ?? [])], [...(right.adopted ?? [])])
  );
}
