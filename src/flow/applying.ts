/** Apply: carries out a plan under the lock of its project, records what is done, and returns the run. */
import { ulid } from 'ulid';
import type { Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import type { Emit } from '../model/events.ts';
import { TrueupError } from '../model/failure.ts';
import type { RecordedResource } from '../model/observed.ts';
import { jsonEqual } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { Limits } from '../reconcile/execute/ready-steps.ts';
import type { EngineConnection } from '../reconcile/gates/gate-keeper.ts';
import { runPlan } from '../reconcile/run.ts';
import { acquireLocks, type LockRequest } from '../state/lock.ts';
import { openRecordedStore, type RecordedStore } from '../state/recorded.ts';
import type { Planned } from './planning.ts';
import type { Workspace } from './workspace.ts';

export interface ApplyOptions {
  readonly limits: Limits;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface Applied {
  readonly run: Run;
  /** Why what was done could not be recorded. */
  readonly problem: TrueupError | null;
}

export interface ProjectLock {
  readonly environment: DesiredEnvironment;
  /** For those who wait: `trueup apply`. */
  readonly command: string;
  readonly lockTimeoutMs?: number;
}

/** One changing run per engine and project at a time. Throws `locked` and names the holder. */
export async function lockProject(
  workspace: Workspace,
  lock: ProjectLock,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  const { environment, command, lockTimeoutMs } = lock;
  const { name, project } = environment;
  const requests: LockRequest[] = [];
  for (const engine of Object.values(environment.engines)) {
    const driver = await workspace.drivers.load(engine.driver);
    if (driver !== null) requests.push({ engine: driver.identity(engine), project, environment: name, command });
  }
  return acquireLocks(requests, { signal, ...(lockTimeoutMs === undefined ? {} : { timeoutMs: lockTimeoutMs }) });
}

/** Carries out `plan`, which is the planned one or a saved one that was found fresh. The caller holds the lock. */
export async function applyFlow(
  workspace: Workspace,
  planned: Planned,
  plan: Plan,
  options: ApplyOptions,
): Promise<Applied> {
  const store = await openRecordedStore(workspace.state, planned.environment.name);
  await recordStopped(store, planned);
  recordUnchanged(store, planned, plan);
  const before = await recordBegun(store, planned, plan);
  const connections = await connect(workspace, planned);
  try {
    const run = await runPlan(plan, {
      environment: planned.environment,
      connections,
      vault: workspace.vault,
      emit: options.emit,
      id: ulid(),
      owners: workspace.owners,
      checkout: workspace.repository.root,
      limits: options.limits,
      signal: options.signal,
      now: () => performance.timeOrigin + performance.now(),
      onChangeDone: (change) => recordChange(store, planned, change),
    });
    recordUntouched(store, run, before);
    recordUnmet(store, run);
    recordRevisions(store, planned, run);
    return { run, problem: await flushed(store) };
  } finally {
    await Promise.all([...connections.values()].map(({ actuator }) => actuator.close()));
  }
}

/** A disk that fills up during a run takes the causes with it, and nothing else: what was done is still told. */
async function flushed(store: RecordedStore): Promise<TrueupError | null> {
  try {
    await store.flush();
    return null;
  } catch (error) {
    if (error instanceof TrueupError) return error;
    throw error;
  }
}

async function connect(workspace: Workspace, planned: Planned): Promise<ReadonlyMap<string, EngineConnection>> {
  const connections = new Map<string, EngineConnection>();
  for (const [name, { declaration, observer, scope }] of planned.observations.engines) {
    const driver = await workspace.drivers.load(declaration.driver);
    if (driver !== null) connections.set(name, { observer, scope, actuator: await driver.actuator(declaration) });
  }
  return connections;
}

/** What is as it should be is recorded too, so that whoever changes it later can be named. */
function recordUnchanged(store: RecordedStore, planned: Planned, plan: Plan): void {
  const isLeftAlone = plan.mode === 'destroy' || planned.fields !== 'all';
  // A saved plan may leave alone what has changed since.
  const left = [...planned.plan.changes, ...planned.plan.withheld];
  const open = new Set<Address>([...left, ...plan.changes, ...plan.withheld].map(({ address }) => address));
  const targets = new Set(plan.inputs.targets);
  const { resources: known } = store.get();
  for (const [address, resource] of isLeftAlone ? [] : planned.environment.resources) {
    if (open.has(address) || resource.external || (targets.size > 0 && !targets.has(address))) continue;
    const now = recordedOf(resource, planned);
    const isKnown = known[address]?.unfinished === false && jsonEqual(known[address].config, now.config);
    if (!isKnown) store.record(address, now);
  }
}

type Before = ReadonlyMap<Address, RecordedResource | null>;

/** Whatever is about to change is marked, so that what a failed or killed run leaves behind is not blamed on the world. */
async function recordBegun(store: RecordedStore, planned: Planned, plan: Plan): Promise<Before> {
  const before = new Map<Address, RecordedResource | null>();
  const { resources: known } = store.get();
  for (const { address } of plan.changes) {
    const resource = planned.environment.resources.get(address);
    const recorded = known[address] ?? null;
    before.set(address, recorded);
    const isNew = recorded === null && planned.fields === 'all' && resource !== undefined;
    const begun = isNew ? recordedOf(resource, planned) : recorded;
    if (begun !== null) store.record(address, { ...begun, unfinished: true });
  }
  if (before.size > 0) await store.flush();
  return before;
}

/** What the run never got to is as it was before. */
function recordUntouched(store: RecordedStore, run: Run, before: Before): void {
  const begun = run.steps.filter(({ phase, started_at: startedAt }) => phase !== 'gate' && startedAt !== null);
  const touched = new Set(begun.map(({ address }) => address));
  for (const [address, recorded] of before) if (!touched.has(address)) store.record(address, recorded);
}

/** What a person stopped on purpose is remembered before anything is done, so that a crash does not forget it. */
async function recordStopped(store: RecordedStore, planned: Planned): Promise<void> {
  const declared = planned.stopped.filter((address) => planned.environment.resources.has(address));
  if (jsonEqual(declared, store.get().stopped)) return;
  store.set({ ...store.get(), stopped: declared });
  await store.flush();
}

/** Runs of start and stop, and of parts of an environment, say nothing about a revision, but much about health. */
function recordRevisions(store: RecordedStore, planned: Planned, run: Run): void {
  const { revision } = run;
  const before = store.get().revisions;
  const isWhole = planned.fields === 'all' && planned.plan.inputs.targets.length === 0;
  const isApplied = run.status === 'succeeded' && run.mode === 'apply';
  const applied = isApplied ? { last_applied: revision, last_healthy: revision } : {};
  const whole = isWhole ? { last_attempted: revision, ...applied } : {};
  const revisions = { ...before, ...whole, attempt_healthy: run.status === 'succeeded' };
  if (JSON.stringify(revisions) !== JSON.stringify(before)) store.set({ ...store.get(), revisions });
}

/** What did not get through its gate is not done: that it is not as it should be is this run's doing, too. */
function recordUnmet(store: RecordedStore, run: Run): void {
  const failed = run.steps.filter(({ phase, status }) => phase === 'gate' && status === 'failed');
  const unmet = run.gates.filter(({ met }) => !met);
  for (const { address } of [...failed, ...unmet]) {
    const known = store.get().resources[address];
    if (known !== undefined) store.record(address, { ...known, unfinished: true });
  }
}

function recordChange(store: RecordedStore, planned: Planned, change: Change): void {
  const known = store.get().resources[change.address];
  if (planned.fields !== 'all') {
    if (known !== undefined) store.record(change.address, { ...known, unfinished: false });
    return;
  }
  if (change.action === 'delete') forgetStopped(store, change.address);
  const resource = planned.environment.resources.get(change.address);
  if (change.previous_address !== null && change.previous_address !== change.address) {
    store.record(change.previous_address, null);
  }
  if (change.action === 'delete' || resource === undefined) store.record(change.address, null);
  else store.record(change.address, recordedOf(resource, planned));
}

/** What is removed starts with a clean slate when it comes back. */
function forgetStopped(store: RecordedStore, address: Address): void {
  const { stopped } = store.get();
  if (stopped.includes(address)) store.set({ ...store.get(), stopped: stopped.filter((other) => other !== address) });
}

/** Recorded as declared: that a person stopped it is an intent of its own. */
function recordedOf(resource: DesiredResource, planned: Planned): RecordedResource {
  const { config } = planned.declared.resources.get(resource.address) ?? resource;
  return {
    engine: resource.engine,
    name: resource.name,
    config,
    revision: planned.environment.revision.commit,
    unfinished: false,
  };
}
