/**
 * What a changing run remembers of VMs: what the world did to them before, what it does to them, and the configurations that it
 * leaves. All of it helps, nothing is ever found by it: what keeps it from being written is told, and stops nothing.
 */
import { ulid } from 'ulid';
import type { DriverModel } from '../drivers/driver.ts';
import { type Address, typeOf } from '../model/address.ts';
import { type Change, changeKey, isLeftUndone } from '../model/change.ts';
import type { ProgressEvent } from '../model/events.ts';
import { TrueupError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Recorded } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Run, StepResult } from '../model/run.ts';
import type { RestingVmStatus, VmStatus } from '../model/vm-status.ts';
import type { StateFolder } from '../state/folder.ts';
import { isOfPasses } from '../state/locks/lock-holder.ts';
import { appendVmConfigurations, readVmConfigurations } from '../state/vm-configurations.ts';
import { appendVmEvents } from '../state/vm-events.ts';
import { readVmMemory, writeVmMemory } from '../state/vm-memory.ts';
import type { Planned } from './planning.ts';
import { leftFields } from './vm-left-fields.ts';
import { nextVersion, withFieldsOf } from './vm-configurations.ts';
import { VmLedger } from './vm-ledger.ts';
import { lookAtVms } from './vm-looks.ts';

export interface VmRecordingOptions {
  readonly state: StateFolder;
  readonly planned: Planned;
  /** What is carried out: the planned one, or a saved one that was found fresh. */
  readonly plan: Plan;
  readonly models: ReadonlyMap<string, DriverModel>;
  readonly owners: readonly string[];
  readonly run: string;
  /** `trueup apply`. */
  readonly command: string;
  /** Milliseconds since the epoch. */
  now(): number;
  mask(text: string): string;
}

export class VmRecording {
  readonly #options: VmRecordingOptions;
  readonly #ledger: VmLedger;
  /** Where a VM was when a step on it began, by the id of the step. */
  readonly #left = new Map<string, VmStatus>();
  readonly #asked = new Set<Change>();
  #writing: Promise<void> = Promise.resolve();
  #problem: TrueupError | null = null;

  private constructor(options: VmRecordingOptions, ledger: VmLedger) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /** `null` where there is no VM, nor was: nothing is read or written then. */
  static async begin(options: VmRecordingOptions): Promise<VmRecording | null> {
    const { planned, plan, state, owners, now, mask } = options;
    const { name } = planned.environment;
    const memory = await readVmMemory(state, name);
    const isAny = [...planned.declared.resources.keys(), ...plan.changes.map(({ address }) => address)].some(isVm);
    if (!isAny && memory.size === 0) return null;
    const ledger = new VmLedger({
      environment: name,
      memory,
      now: () => new Date(now()).toISOString(),
      // Its clock tells parts of milliseconds, of which an id knows nothing.
      newId: () => ulid(Math.floor(now())),
      mask,
    });
    const recording = new VmRecording(options, ledger);
    lookAtVms(ledger, planned, owners);
    recording.#write();
    return recording;
  }

  heard(event: ProgressEvent): void {
    if (event.type === 'step_started') this.#began(event.step);
    else if (event.type === 'step_ended') this.#ended(event.step, event.result);
  }

  /** `recorded` is what the run leaves. Resolves with what kept something from being written. */
  async end(run: Run, recorded: Recorded): Promise<TrueupError | null> {
    for (const { address, met, reason } of run.gates) {
      if (met || !isVm(address)) continue;
      const message = `it is not ready: ${reason ?? 'its gate is not met'}`;
      this.#ledger.tell(address, { type: 'ErrorOccurred', severity: 'Error', message, details: { run: run.id } });
    }
    await this.#tolerated(() => this.#recordConfigurations(run, recorded));
    this.#write();
    await this.#writing;
    return this.#problem;
  }

  #began(step: Step): void {
    const change = this.#changeOf(step);
    if (change !== null && isVm(change.address)) this.#tellAsked(change);
    const to = this.#targetOf(step);
    if (to === null) return;
    this.#left.set(step.id, this.#ledger.begins(step.address, to, this.#detailsOf(step)));
    this.#write();
  }

  /** Once for each change, and of none that is never begun. */
  #tellAsked(change: Change): void {
    if (this.#asked.has(change)) return;
    this.#asked.add(change);
    const { run, command } = this.#options;
    const { action, reason, cause, address } = change;
    const type = isOfPasses(command) ? 'SystemEvent' : 'UserAction';
    const details = { run, command, action, reason, cause };
    this.#ledger.tell(address, { type, severity: 'Info', message: `${command}: ${action}`, details });
  }

  #ended(step: Step, { status, error }: StepResult): void {
    if (!isVm(step.address) || step.phase === 'gate') return;
    const details = this.#detailsOf(step);
    if (status === 'failed') {
      this.#ledger.stuck(step.address, error?.message ?? `${step.verb} failed`, {
        ...details,
        code: error?.code ?? null,
      });
    } else if (status === 'done') this.#done(step, details);
    else return;
    this.#write();
  }

  #done(step: Step, details: JsonObject): void {
    const { address } = step;
    const to = this.#targetOf(step);
    if (to !== null) this.#ledger.arrives(address, this.#left.get(step.id) ?? to, to, details);
    const change = this.#changeOf(step);
    // Whatever comes first of what is made anew makes it.
    const isMaking = change !== null && (change.action === 'create' || change.action === 'replace');
    if (isMaking && to === null && step.phase === 'prepare') this.#ledger.made(address, this.#now());
    if (change?.action === 'delete' && step.phase === 'remove') this.#ledger.removed(address, details);
  }

  /** Where a step brings the VM that it is about; `null` for one that moves none. */
  #targetOf(step: Step): RestingVmStatus | null {
    if (!isVm(step.address) || step.phase === 'gate') return null;
    const model = this.#options.models.get(step.engine);
    const life = model?.life(step) ?? null;
    if (life === 'start') return 'Running';
    if (life === null) return null;
    return model?.suspends?.(step) === true ? 'Suspended' : 'Stopped';
  }

  #changeOf(step: Step): Change | null {
    const key = changeKey(step);
    return this.#options.plan.changes.find((change) => changeKey(change) === key) ?? null;
  }

  #detailsOf({ verb }: Step): JsonObject {
    const { run, command } = this.#options;
    return { run, command, step: verb };
  }

  /** Of what this run was about: who only starts and stops applies nothing. */
  async #recordConfigurations(run: Run, recorded: Recorded): Promise<void> {
    const { state, planned, plan, models } = this.#options;
    if (planned.fields !== 'all') return;
    const { name } = planned.environment;
    const { versions } = await readVmConfigurations(state, name);
    const undone = [...plan.withheld, ...(run.withheld_inside ?? [])].filter(isLeftUndone);
    const targets = new Set(plan.inputs.targets);
    const added = [...planned.declared.resources.values()].flatMap((declared) => {
      const { address, type, engine } = declared;
      const resource = recorded.resources[address];
      const isMeant = targets.size === 0 || targets.has(address);
      if (type !== 'vm' || !isMeant || resource === undefined || resource.unfinished) return [];
      // What was withheld was not applied; of its disks it goes on with what it has.
      if (undone.some((one) => one.address === address)) return [];
      const before = versions.findLast(({ configId }) => configId === `${name}/${address}`) ?? null;
      const left = leftFields({ ...declared, config: resource.config }, undone, models.get(engine));
      if (left.size > 0 && before === null) return [];
      const config = left.size === 0 ? resource.config : withFieldsOf(resource.config, before, address, left);
      const applied = { environment: name, address, config, revision: run.revision };
      const version = nextVersion(applied, before, { id: ulid(), at: this.#now() });
      if (version === null) return [];
      const { version: number, changeDescription: message, revision } = version;
      const details = { run: run.id, version: number, revision: revision.commit, dirty: revision.dirty };
      this.#ledger.tell(address, { type: 'ConfigurationUpdated', severity: 'Info', message, details });
      return [version];
    });
    await appendVmConfigurations(state, name, added);
  }

  /** What is known by now reaches the disk in the order in which it happened, and nobody waits for it. */
  #write(): void {
    const { state, planned, now } = this.#options;
    const { name } = planned.environment;
    const events = this.#ledger.takeEvents();
    const memory = new Map(this.#ledger.memory);
    this.#writing = this.#writing.then(() =>
      this.#tolerated(async () => {
        await appendVmEvents(state, name, events, { now: now() });
        await writeVmMemory(state, name, memory);
      }),
    );
  }

  async #tolerated(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof TrueupError)) throw error;
      this.#problem ??= error;
    }
  }

  #now(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

function isVm(address: Address): boolean {
  return typeOf(address) === 'vm';
}
