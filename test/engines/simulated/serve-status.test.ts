import { expect, it, vi } from 'vitest';
import type { DriverRegistry } from '../../../src/drivers/driver.ts';
import { applyFlow } from '../../../src/flow/applying.ts';
import { loadDesired } from '../../../src/flow/load.ts';
import { lockProject } from '../../../src/flow/locking.ts';
import { type Planned, planFlow, planOfAll } from '../../../src/flow/planning.ts';
import { statusNow } from '../../../src/flow/status-now.ts';
import { openWorkspace, type Workspace } from '../../../src/flow/workspace.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { DEFAULT_LIMITS } from '../../../src/reconcile/execute/ready-steps.ts';
import type { EnvironmentStatus } from '../../../src/report/status.ts';
import { renderStatus } from '../../../src/report/status-text.ts';
import { WatchState } from '../../../src/report/watch-state.ts';
import { beginJournal, readJournal } from '../../../src/state/journal.ts';
import { repoWith, scratchFolder } from '../../unit/git/scratch-repo.ts';
import { eventually } from '../../support/eventually.ts';
import { servedRepo } from '../../support/served-repo.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'local-web-1';
const SHUT = { failing_probes: Number.POSITIVE_INFINITY };
const { signal } = new AbortController();

function manifest(words: string): Readonly<Record<string, string>> {
  return {
    [FILE]: `
services:
  web:
    process: { command: [app, ${words}] }
    health_check: { test: [CMD, probe], interval: 50ms, retries: 1000 }
`,
  };
}

interface Seat {
  readonly workspace: Workspace;
  readonly environment: DesiredEnvironment;
  planned(): Promise<Planned>;
  /** As `trueup status` has it. */
  status(): Promise<EnvironmentStatus>;
  /** As `trueup apply` does it. */
  apply(): Promise<void>;
}

/** Where a person sits who uses commands in the folder. */
async function seatIn(folder: string, engine: SimulatedEngine): Promise<Seat> {
  const driver = simulatedDriver(engine);
  const drivers: DriverRegistry = {
    names: ['process'],
    load: (name) => Promise.resolve(name === 'process' ? driver : null),
  };
  const given = {
    directory: folder,
    drivers,
    environment: { HOME: folder, PATH: process.env['PATH'] },
    changing: true,
  };
  const workspace = await openWorkspace(given, signal);
  const inputs = { variables: {}, profiles: [], secrets: 'resolve' } as const;
  const { environments, diagnostics } = await loadDesired(workspace, inputs, signal);
  const environment = environments.find(({ name }) => name === 'local');
  if (environment === undefined) throw new Error(JSON.stringify(diagnostics));
  const planned = (): Promise<Planned> => planFlow(workspace, environment, planOfAll(Date.now(), 'heal_all'), signal);
  return {
    workspace,
    environment,
    planned,
    async status() {
      await using found = await planned();
      return await statusNow(workspace, found, Date.now(), signal);
    },
    async apply() {
      const command = 'trueup apply';
      await using lock = await lockProject(workspace, { environment, command, lockTimeoutMs: 30_000 }, signal);
      await using found = await planFlow(lock.workspace, environment, planOfAll(Date.now(), 'heal_all'), signal);
      const options = { command, limits: DEFAULT_LIMITS, emit: () => undefined, signal: lock.signal };
      await applyFlow(lock.workspace, found, found.plan, options);
    },
  };
}

function told(status: EnvironmentStatus | null): object {
  const reconciling = status?.conditions.find(({ type }) => type === 'Reconciling');
  const [web] = status?.resources.filter(({ address }) => address === 'service.web') ?? [];
  return { state: status?.state, reconciling: `${reconciling?.status} ${reconciling?.reason}`, web: web?.health };
}

it('is the same for who asks the daemon and who looks, while a pass waits at a gate', async () => {
  await using repo = await servedRepo(manifest('one'));
  const before = repo.events.length;
  repo.engine.world.behave(WEB, SHUT);
  repo.commit(manifest('two'));
  await eventually(
    () =>
      repo.events
        .slice(before)
        .some(
          (event) =>
            event.type === 'progress' && event.event.type === 'step_started' && event.event.step.phase === 'gate',
        ),
    'the gate',
  );
  const seat = await seatIn(repo.folder, repo.engine);

  const seen = told(await seat.status());

  expect(told(repo.environment().status())).toEqual(seen);
  expect(seen).toEqual({ state: 'provisioning', reconciling: 'True PassUnderWay', web: 'starting' });
  repo.engine.world.behave(WEB, {});
  await repo.passed('applied', before);
});

it("says in the daemon, too, that a person's run is under way, and when it is over", async () => {
  await using repo = await servedRepo(manifest('one'));
  const passes = repo.told('pass_ended').length;
  const seat = await seatIn(repo.folder, repo.engine);
  repo.engine.world.behave(WEB, SHUT);
  repo.engine.world.kill(WEB);

  const applied = seat.apply();
  const isSo = (state: string, reconciling: string): boolean => {
    const found = told(repo.environment().status());
    return 'state' in found && found.state === state && 'reconciling' in found && found.reconciling === reconciling;
  };
  await eventually(
    () => isSo('provisioning', 'True RunUnderWay'),
    () => JSON.stringify(repo.environment().status()),
  );
  repo.engine.world.behave(WEB, {});
  await applied;

  await eventually(
    () => isSo('healthy', 'False Nothing'),
    () => JSON.stringify(repo.environment().status()),
  );
  expect(
    repo
      .told('pass_ended')
      .slice(passes)
      .every(({ run }) => run === null),
  ).toBe(true);
});

it('remembers what a gate came to after an apply, and with it when, until another start', async () => {
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  vi.stubEnv('XDG_RUNTIME_DIR', scratchFolder());
  const engine = new SimulatedEngine({ clock: 'real' });
  const seat = await seatIn(repoWith(manifest('one')), engine);

  await seat.apply();

  const status = await seat.status();
  const [web] = status.resources;
  expect(web).toMatchObject({ health: 'unknown', gate: { met: true } });
  const text = renderStatus(
    { environments: [status] },
    { color: false, width: 200, now: Date.parse(web?.gate?.at ?? '') + 3_000 },
  );
  expect(text).toContain('running (healthy 3 s ago)');
  engine.world.kill(WEB);
  await seat.apply();
  const at = (await seat.status()).resources[0]?.gate?.at ?? '';
  expect(Date.parse(at)).toBeGreaterThan(Date.parse(web?.gate?.at ?? ''));
  engine.world.kill(WEB);
  expect((await seat.status()).resources[0]).toMatchObject({ run_state: 'failed', gate: null });
});

it('says that a run was cut off where nobody holds its lock, and the next daemon looks at its gates', async () => {
  await using repo = await servedRepo(manifest('one'));
  const seat = await seatIn(repo.folder, repo.engine);
  await repo.daemon[Symbol.asyncDispose]();
  const { state } = seat.workspace;
  const left = { owed: [], cutOff: null, problem: null };
  const revision = { commit: null, dirty: false };
  const began = { run: 'one', command: 'trueup serve', mode: 'apply', revision } as const;
  const steps = [
    { id: 'start', address: 'service.web', changed: 'service.web', verb: 'start', phase: 'start' },
  ] as const;
  const intent = { ...began, started_at: new Date(0).toISOString(), changes: [], steps };
  await (await beginJournal(state, 'local', intent, left))[Symbol.asyncDispose]();

  expect(told(await seat.status())).toMatchObject({ reconciling: 'False RunCutOff' });

  const before = repo.events.length;
  await repo.restart();
  await eventually(async () => (await readJournal(state, 'local')).reading.runs.length === 0, 'the run to be settled');
  await eventually(() => repo.events.slice(before).some(({ type }) => type === 'pass_ended'));
  expect(told(repo.environment().status())).toMatchObject({ state: 'healthy', reconciling: 'False Nothing' });
});

it('lets the screen say what happened to a service and that it was healed, and nothing of what did not change', async () => {
  const other = '  other: { process: { command: [app, other] } }\n';
  const state = new WatchState();
  await using repo = await servedRepo({ [FILE]: `policies: { drift: heal }${manifest('one')[FILE]}${other}` });
  const { id } = repo.environment();
  state.stands(id, 'local', repo.environment().status(), false);
  const before = repo.events.length;

  repo.engine.world.kill(WEB);
  await repo.passed('applied', before);

  for (const event of repo.events.slice(before)) state.update(event, 1);
  const [local] = state.all();
  expect(local?.changes.get('service.web')?.text).toMatch(/^(exited|killed|was killed).*, healed$/);
  expect(local?.changes.get('service.other')).toBeUndefined();
});

it('does nothing about what somebody mended while the daemon waited for the lock, though nobody told of it', async () => {
  await using repo = await servedRepo({ [FILE]: `policies: { drift: heal }${manifest('one')[FILE]}` });
  const { workspace, environment } = await seatIn(repo.folder, repo.engine);
  const before = repo.events.length;
  {
    await using _lock = await lockProject(workspace, { environment, command: 'trueup apply' }, signal);
    repo.engine.world.kill(WEB);
    await eventually(() => repo.problems.some((words) => words.includes('trueup apply')), 'it to wait for the lock');
    Object.assign(repo.engine.options.events, { lose: 1, announce_loss: false });
    repo.engine.world.start(WEB);
  }

  await repo.passed('in_sync', before);
  const begun = repo.events
    .slice(before)
    .filter((event) => event.type === 'progress' && event.event.type === 'step_started');
  expect(begun).toEqual([]);
});
