import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import type { ServeEventDetail } from '../../../src/model/serve-event.ts';
import { painter } from '../../../src/report/paint.ts';
import { displayWidth } from '../../../src/report/safe-text.ts';
import type { EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { watchFrame, type WatchFrameOptions, type WatchScreen } from '../../../src/report/watch-frame.ts';
import { WatchState } from '../../../src/report/watch-state.ts';
import { COMMIT } from '../../support/builders.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const OPTIONS: WatchFrameOptions = { columns: 90, rows: 24, now: NOW, paint: painter(false) };
const ID = 'shop/local';

function resource(address: Address, overrides: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    address,
    engine: 'process',
    name: `shop-${address}`,
    run_state: 'running',
    health: 'healthy',
    reason: null,
    since: '2026-01-31T11:58:20.000Z',
    gate: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    details: {},
    ...overrides,
  };
}

function status(
  resources: readonly ResourceStatus[],
  state: EnvironmentStatus['state'] = 'healthy',
): EnvironmentStatus {
  return {
    name: 'local',
    state,
    conditions: [],
    last_applied: null,
    last_attempted: null,
    last_healthy: null,
    quarantine: null,
    resources,
  };
}

function stateWith(found: EnvironmentStatus | null, events: readonly ServeEventDetail[] = []): WatchState {
  const state = new WatchState();
  state.stands(ID, 'local', found, false);
  for (const event of events) state.update({ environment: ID, at: '2026-01-31T11:59:48.000Z', ...event }, NOW - 12_000);
  return state;
}

function screen(state: WatchState, overrides: Partial<WatchScreen> = {}): WatchScreen {
  return {
    environments: state.all(),
    chosen: { environment: ID, address: 'service.api' },
    view: 'services',
    logs: [],
    note: '',
    isDryRun: false,
    isStopping: false,
    ...overrides,
  };
}

const REVISION = { commit: COMMIT, dirty: true };
const STARTED: ServeEventDetail = { type: 'pass_started', revision: REVISION, reasons: ['saved a.yaml'] };
const TWO = status([
  resource('service.api', { ports: ['8080:80/tcp'] }),
  resource('service.db', { health: 'unhealthy', reason: 'the check failed' }),
  resource('network.default', { run_state: null, health: 'none' }),
]);

describe('a frame of watch', () => {
  it('says where services stand, what changed last and why, and what goes on now', () => {
    const state = stateWith(TWO, [
      STARTED,
      {
        type: 'resource_changed',
        address: 'service.api',
        run_state: 'failed',
        health: 'none',
        reason: 'it was killed',
      },
      { type: 'planned', changes: 2, drift: [], withheld: 0, after_ms: 20 },
    ]);

    expect(watchFrame(screen(state), OPTIONS)).toBe(
      [
        'local: healthy, 1a2b3c4 (dirty)',
        '  SERVICE  STATE                PORTS        CHANGED   WHY',
        '> api      running (healthy)    8080:80/tcp  12 s ago  it was killed',
        '  db       running (unhealthy)                         the check failed',
        '  … applying: saved a.yaml',
        '',
        'p pause  f force  l logs  ↑ ↓ choose  q quit  ? help',
      ].join('\n'),
    );
  });

  it('says what is wrong, that it is paused, that nothing is carried out, and that it stops', () => {
    const state = stateWith(null, [STARTED]);
    state.stands(ID, 'local', null, true);
    state.problemIs(ID, 'a.yaml:1:1: error\n  | x');

    expect(watchFrame(screen(state, { isDryRun: true, isStopping: true }), OPTIONS)).toBe(
      [
        'local: not looked at yet, 1a2b3c4 (dirty), paused, dry run',
        '  … comparing: saved a.yaml',
        '  ✘ a.yaml:1:1: error',
        '      | x',
        '',
        'Stopping: what has begun ends; services go on running. Ctrl-C ends at once.',
      ].join('\n'),
    );
  });

  it('forgets what went on once the pass has ended, and keeps why it failed', () => {
    const failure = { code: 'step_failed', message: 'no', retryable: false, fields: {}, next: null } as const;
    const ended: ServeEventDetail = {
      type: 'pass_ended',
      outcome: 'failed',
      revision: REVISION,
      duration_ms: 5,
      run: null,
      failure,
      diagnostics: [],
      next_at: '2026-01-31T12:00:10.000Z',
    };

    const [environment] = stateWith(TWO, [STARTED, ended]).all();

    expect(environment).toMatchObject({ activity: null, problem: ['no', 'tried again at 2026-01-31T12:00:10.000Z'] });
  });

  it.each([
    [40, 8],
    [60, 12],
    [200, 60],
  ])(
    'is never wider nor higher than a terminal of %i columns and %i rows, and keeps what is chosen',
    (columns, rows) => {
      const many = Array.from({ length: 30 }, (_, index) =>
        resource(`service.service-with-a-long-name-${index}`, {
          reason: 'a reason that is too long for most terminals '.repeat(3),
        }),
      );
      const state = stateWith(status(many), [STARTED]);
      state.problemIs(ID, 'a problem\n'.repeat(3));
      const chosen = { environment: ID, address: 'service.service-with-a-long-name-17' } as const;

      const lines = watchFrame(screen(state, { chosen }), { ...OPTIONS, columns, rows }).split('\n');

      expect(lines.length).toBeLessThan(rows);
      expect(Math.max(...lines.map(displayWidth))).toBeLessThan(columns);
      if (rows > 8) expect(lines.filter((line) => line.startsWith('> '))).toHaveLength(1);
    },
  );

  it('shows the newest lines of a log', () => {
    const logs = Array.from({ length: 100 }, (_, index) => `line ${index}`);

    const lines = watchFrame(screen(stateWith(TWO), { view: 'logs', logs }), { ...OPTIONS, rows: 10 }).split('\n');

    expect(lines[0]).toBe('What service.api writes:');
    expect(lines.slice(1, 7)).toEqual(['line 94', 'line 95', 'line 96', 'line 97', 'line 98', 'line 99']);
  });

  it('escapes what would move the cursor', () => {
    const state = stateWith(TWO, [{ type: 'triggered', kind: 'files', reason: 'saved \u001B[2Ja.yaml' }]);

    expect(watchFrame(screen(state), OPTIONS)).not.toContain('\u001B');
  });
});
