/**
 * The place of a bisect: one copy of an environment that becomes one revision after the other, under a lock and with a
 * state folder of its own. What an earlier bisect has left, whatever ended it, is removed before; everything is removed in
 * the end, also after an abort.
 */
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Staged } from '../model/bisect.ts';
import type { DesiredEnvironment, EngineDeclaration } from '../model/desired.ts';
import type { Emit } from '../model/events.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { DEFAULT_LIMITS } from '../reconcile/execute/ready-steps.ts';
import { stateFolder } from '../state/folder.ts';
import { applyFlow } from './applying.ts';
import { copyOf } from './bisect-copy.ts';
import { assertPortsFree, driversOfCopy, processPorts } from './bisect-ports.ts';
import { lockProject } from './locking.ts';
import { planFlow, type PlanOptions } from './planning.ts';
import type { Workspace } from './workspace.ts';

const COMMAND = 'trueup bisect';

export interface StageOptions {
  /** Calls at once: `--parallel`. */
  readonly parallel?: number;
  readonly lockTimeoutMs?: number;
  /** Runs a look, whose progress somebody may want to see. */
  watched<T>(work: (emit: Emit) => Promise<T>): Promise<T>;
}

export class BisectStage implements AsyncDisposable {
  /** Aborts with the signal of the caller, and where the lock is lost. */
  readonly signal: AbortSignal;
  readonly #workspace: Workspace;
  readonly #options: StageOptions;
  readonly #project: string;
  readonly #lock: AsyncDisposable;
  /** Every engine that the copy was on, by name. */
  #engines: Readonly<Record<string, EngineDeclaration>> = {};
  /** The revision that stands, as the manifests say it; `null` where nothing does. */
  #standing: DesiredEnvironment | null = null;

  private constructor(
    held: { readonly workspace: Workspace; readonly signal: AbortSignal } & AsyncDisposable,
    project: string,
    options: StageOptions,
  ) {
    this.signal = held.signal;
    this.#workspace = held.workspace;
    this.#lock = held;
    this.#project = project;
    this.#options = options;
  }

  /** Takes the lock of the copy, and removes what is left of an earlier one. `first` says where it may be. */
  static async open(
    workspace: Workspace,
    first: DesiredEnvironment,
    options: StageOptions,
    signal: AbortSignal,
  ): Promise<BisectStage> {
    const folder = join(workspace.settings.folders.state, 'bisect', encodeURIComponent(first.name));
    const own = { ...workspace, state: stateFolder(workspace.repository.root, folder) };
    const { lockTimeoutMs } = options;
    const lock = { environment: copyOf(first, first.project), command: COMMAND };
    const held = await lockProject(own, { ...lock, ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }) }, signal);
    const stage = new BisectStage(held, first.project, options);
    await using opened = new AsyncDisposableStack();
    opened.use(stage);
    // A process that an earlier bisect has left may hold the very port that this one needs.
    await stage.#clear(first, signal);
    opened.move();
    return stage;
  }

  /** Whether a revision stands whose data the next one would find. */
  get holdsData(): boolean {
    const resources = [...(this.#standing?.resources.values() ?? [])];
    return resources.some(({ type, external }) => type === 'volume' && !external);
  }

  /** Makes the copy what a revision declares: from what stands, or from nothing. */
  async become(environment: DesiredEnvironment): Promise<Staged> {
    const copy = copyOf(environment, this.#project);
    await this.assertRoom(environment);
    this.#engines = { ...this.#engines, ...environment.engines };
    this.#standing = environment;
    const drivers = driversOfCopy(this.#workspace.drivers, environment, copy);
    return this.#options.watched((emit) =>
      this.#carryOut({ ...this.#workspace, drivers }, copy, { mode: 'apply', signal: this.signal, emit }),
    );
  }

  /** Throws `port_in_use` where a process of a revision could not have its port. Nothing is started for it. */
  async assertRoom(environment: DesiredEnvironment): Promise<void> {
    const held = this.#standing === null ? new Set<string>() : processPorts(this.#standing);
    await assertPortsFree(copyOf(environment, this.#project), held);
  }

  /** Removes all of it, data included. */
  async clear(): Promise<void> {
    if (this.#standing !== null) await this.#clear(this.#standing, this.signal);
  }

  /** An abort does not keep the copy from being removed; only ending the program does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using _lock = this.#lock;
    if (this.#standing !== null) await this.#clear(this.#standing, new AbortController().signal);
    const { path } = this.#workspace.state;
    await rm(path, { recursive: true, force: true });
    // The folder around it goes once no other environment is bisected.
    await rmdir(dirname(path)).catch(() => undefined);
  }

  async #clear(last: DesiredEnvironment, signal: AbortSignal): Promise<void> {
    const copy = { ...copyOf(last, this.#project), engines: { ...this.#engines, ...last.engines } };
    const { plan, run } = await this.#carryOut(this.#workspace, copy, { mode: 'destroy', signal, emit: unwatched });
    signal.throwIfAborted();
    if (run?.status !== 'succeeded') throw leftOver(copy.name, plan, run);
    this.#standing = null;
    // What was recorded of it means nothing any more.
    await rm(this.#workspace.state.path, { recursive: true, force: true });
  }

  async #carryOut(
    workspace: Workspace,
    copy: DesiredEnvironment,
    { mode, signal, emit }: { readonly mode: PlanOptions['mode']; readonly signal: AbortSignal; readonly emit: Emit },
  ): Promise<Staged> {
    await using planned = await planFlow(workspace, copy, planOptions(mode), signal);
    const { plan } = planned;
    if (!plan.applyable) return { plan, run: null };
    const { parallel: calls } = this.#options;
    const limits = { ...DEFAULT_LIMITS, ...(calls === undefined ? {} : { calls }) };
    const { run } = await applyFlow(workspace, planned, plan, { command: COMMAND, limits, emit, signal });
    return { plan, run };
  }
}

function unwatched(): void {
  // That it goes is told by whoever asked for it.
}

/** Nothing in the copy is worth keeping. */
function planOptions(mode: PlanOptions['mode']): PlanOptions {
  return {
    mode,
    fields: 'all',
    targets: new Set(),
    replace: new Set(),
    restart: new Set(),
    stopped: [],
    destroyData: true,
    allowRemovals: Number.MAX_SAFE_INTEGER,
    today: new Date().toISOString().slice(0, 10),
    now: new Date().toISOString(),
    drift: 'heal_all',
  };
}

function leftOver(name: string, plan: Plan, run: Run | null): TrueupError {
  const failed = run?.steps.find(({ error }) => error !== null);
  const unreachable = plan.inputs.engines.find(({ error }) => error !== null);
  const reason = failed?.error?.message ?? unreachable?.error ?? plan.conflicts[0]?.summary ?? 'it cannot be planned';
  return new TrueupError('object_in_use', `the copy ${name} could not be removed whole: ${reason}`, {
    fields: { environment: name },
    next: `remove what is left with \`trueup destroy ${name} --volumes\`; the next bisect removes it, too`,
  });
}
