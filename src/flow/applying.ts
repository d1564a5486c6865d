/** Apply: carries out a plan under the lock of its project (locking.ts), records what is done, and returns the run. */
import { ulid } from 'ulid';
import type { Actuator } from '../drivers/driver.ts';
import type { EngineDeclaration } from '../model/desired.ts';
import type { Emit } from '../model/events.ts';
import type { Interrupted } from '../model/interrupted.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { Limits } from '../reconcile/execute/ready-steps.ts';
import type { EngineConnection } from '../reconcile/gates/gate-keeper.ts';
import { runPlan } from '../reconcile/run.ts';
import { openBackups } from '../state/backups.ts';
import { openRecordedStore } from '../state/recorded.ts';
import { coveredBy, interruptedBy } from './earlier-runs.ts';
import type { Planned } from './planning.ts';
import { Recording } from './recording.ts';
import type { ApplyPurpose } from './remembered.ts';
import { rememberCutOff } from './remembering.ts';
import { modelsOf } from './load.ts';
import { RunJournal } from './run-journal.ts';
import { VmRecording } from './vm-recording.ts';
import type { Workspace } from './workspace.ts';

export interface ApplyOptions {
  /** For whoever tells of this run later: `trueup apply`. */
  readonly command: string;
  /** Absent for `apply`. */
  readonly purpose?: ApplyPurpose;
  readonly limits: Limits;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Aborts for who is to leave soon and in order: what has begun is carried on up to its gate, and no further. */
  readonly leave?: AbortSignal;
  /** Whether the last look waits at a gate as a step does; absent: what is not met at once is told as it is. */
  readonly isPatient?: boolean;
  /** Whether what falls meanwhile is left, and says nothing of the run, where its drift policy is not to heal; absent: no. */
  readonly leavesFallen?: boolean;
  /** What the last look is at: all of it, or what the run touches with what rests on that; absent: all. */
  readonly answersFor?: 'all' | 'touched';
}

export interface Applied {
  readonly run: Run;
  /** What became of an earlier run that did not end. */
  readonly interrupted: Interrupted | null;
  /** Why what was done could not be recorded. */
  readonly problem: TrueupError | null;
}

/** Carries out `plan`, which is the planned one or a saved one that was found fresh. The caller holds the lock. */
export async function applyFlow(
  workspace: Workspace,
  planned: Planned,
  plan: Plan,
  options: ApplyOptions,
): Promise<Applied> {
  // What a newer version wrote may be about what this plan would do: nothing of it is overwritten, nor left unread.
  if (planned.earlier.problem?.code === 'state_too_new') throw planned.earlier.problem;
  const store = await openRecordedStore(workspace.state, planned.environment.name);
  const { purpose = 'apply' } = options;
  const recording = new Recording(store, { ...planned, purpose, mask: (text) => workspace.vault.mask(text) }, plan);
  const now = (): number => performance.timeOrigin + performance.now();
  const id = ulid();
  const covered = coveredBy(planned, plan);
  const { state } = workspace;
  const { earlier } = planned;
  const untold = await problemOf(() => rememberCutOff(state, plan.environment, earlier.reading));
  await recording.begin();
  await using journal = await RunJournal.begin({
    state,
    run: id,
    command: options.command,
    startedAt: new Date(now()).toISOString(),
    earlier,
    covered,
  });
  await using connected = connectEngines(workspace, planned);
  const vms = await VmRecording.begin({
    state,
    planned,
    plan,
    models: await modelsOf(planned.environment, workspace.drivers),
    owners: workspace.owners,
    run: id,
    command: options.command,
    now,
    mask: (text) => workspace.vault.mask(text),
  });
  const run = await runPlan(plan, {
    environment: planned.environment,
    connections: connected.connections,
    observations: planned.observations.observations,
    vault: workspace.vault,
    emit: (event) => {
      vms?.heard(event);
      options.emit(event);
    },
    id,
    owners: workspace.owners,
    checkout: workspace.repository.root,
    limits: options.limits,
    signal: AbortSignal.any([options.signal, journal.signal]),
    ...(options.leave === undefined ? {} : { leave: options.leave }),
    ...(options.isPatient === undefined ? {} : { isPatient: options.isPatient }),
    ...(options.leavesFallen === undefined ? {} : { leavesFallen: options.leavesFallen }),
    ...(options.answersFor === undefined ? {} : { answersFor: options.answersFor }),
    now,
    onChangeDone: (change) => recording.changeDone(change),
    async onFound(changes, steps) {
      await journal.extend(changes, steps);
      // What cannot be written now is written, or told, at the end.
      await problemOf(() => recording.found(changes));
    },
    planSecond: (addresses, leftOut, signal) => planned.planAgain(addresses, leftOut, signal),
    journal,
    backups: openBackups(workspace.state),
  });
  recording.end(run);
  // A disk that fills up during a run takes the causes with it, and nothing else: what was done is still told.
  const problem = await problemOf(() => store.flush());
  const unheard = (await vms?.end(run, store.get())) ?? null;
  const interrupted = interruptedBy(earlier.reading, covered);
  return { run, interrupted, problem: (await journal.end(run)) ?? problem ?? untold ?? unheard };
}

/** What kept something from being written that helps and is not needed. */
async function problemOf(write: () => Promise<void>): Promise<TrueupError | null> {
  try {
    await write();
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
