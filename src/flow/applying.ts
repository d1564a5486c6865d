/** Apply: carries out a plan under the lock of its project, records what is done, and returns the run. */
import { ulid } from 'ulid';
import type { Actuator } from '../drivers/driver.ts';
import type { DesiredEnvironment, EngineDeclaration } from '../model/desired.ts';
import type { Emit } from '../model/events.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { Limits } from '../reconcile/execute/ready-steps.ts';
import type { EngineConnection } from '../reconcile/gates/gate-keeper.ts';
import { runPlan } from '../reconcile/run.ts';
import { acquireLocks, type LockRequest } from '../state/lock.ts';
import { openRecordedStore, type RecordedStore } from '../state/recorded.ts';
import type { Planned } from './planning.ts';
import { Recording } from './recording.ts';
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
  const recording = new Recording(store, planned, plan);
  await recording.begin();
  await using connected = connectEngines(workspace, planned);
  const run = await runPlan(plan, {
    environment: planned.environment,
    connections: connected.connections,
    observations: planned.observations.observations,
    vault: workspace.vault,
    emit: options.emit,
    id: ulid(),
    owners: workspace.owners,
    checkout: workspace.repository.root,
    limits: options.limits,
    signal: options.signal,
    now: () => performance.timeOrigin + performance.now(),
    onChangeDone: (change) => recording.changeDone(change),
  });
  recording.end(run);
  return { run, problem: await flushed(store) };
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

export interface ConnectedEngines extends AsyncDisposable {
  readonly connections: ReadonlyMap<string, EngineConnection>;
}

/** Only what a step or a probe asks for is connected to for changing, and closed again in the end. */
export function connectEngines(workspace: Workspace, planned: Planned): ConnectedEngines {
  const opened = new AsyncDisposableStack();
  const connections = new Map<string, EngineConnection>();
  for (const [name, { declaration, observer, scope }] of planned.observations.engines) {
    let actuator: Promise<Actuator> | null = null;
    connections.set(name, {
      observer,
      scope,
      actuator() {
        actuator ??= openActuator(workspace, declaration, opened);
        return actuator;
      },
    });
  }
  return { connections, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function openActuator(
  workspace: Workspace,
  declaration: EngineDeclaration,
  opened: AsyncDisposableStack,
): Promise<Actuator> {
  const driver = await workspace.drivers.load(declaration.driver);
  if (driver === null) throw new TrueupError('engine_unreachable', `engine "${declaration.name}" has no driver`);
  const actuator = await driver.actuator(declaration);
  opened.defer(() => actuator.close());
  return actuator;
}
