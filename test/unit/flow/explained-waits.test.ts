import { describe, expect, it } from 'vitest';
import { waitsOf, type WaitsInput } from '../../../src/flow/explained-waits.ts';
import type { DependencyCondition } from '../../../src/model/desired.ts';
import type { EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { change, conflict, plan } from '../../support/builders.ts';
import { service } from '../../support/planning.ts';

const CHANGE = {
  outcome: 'change',
  action: 'create',
  reason: 'missing',
  cause: 'git',
  after_unknown: false,
  because_of: null,
} as const;

function resource(overrides: Partial<ResourceStatus>): ResourceStatus {
  const nothing = {
    reason: null,
    gate: null,
    since: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    details: {},
  };
  const base = {
    address: 'service.db',
    engine: 'process',
    name: 'x',
    run_state: 'running',
    health: 'healthy',
  } as const;
  return { ...base, ...nothing, ...overrides };
}

function status(
  resources: readonly ResourceStatus[],
  conditions: EnvironmentStatus['conditions'] = [],
): EnvironmentStatus {
  const never = { last_applied: null, last_attempted: null, last_healthy: null, quarantine: null };
  return { name: 'local', state: 'degraded', conditions, resources, ...never };
}

function waits(overrides: Partial<WaitsInput>): readonly string[] {
  const desired = service('web', { needs: { db: { condition: 'service_healthy' } } });
  const base = {
    address: desired.address,
    desired,
    engine: 'process',
    observation: undefined,
    plan: plan(),
    next: CHANGE,
  };
  return waitsOf({ ...base, status: status([]), ...overrides }).map(({ on, reason }) => `${on}: ${reason}`);
}

function onDependency(condition: DependencyCondition, found: Partial<ResourceStatus>): readonly string[] {
  const desired = service('web', { needs: { db: { condition } } });
  return waits({ desired, status: status([resource(found)]) });
}

describe('waitsOf', () => {
  it('holds each dependency against what it is needed as', () => {
    const stopped = { run_state: 'failed', reason: 'exited with status 1' } as const;

    expect(onDependency('service_started', {})).toEqual([]);
    expect(onDependency('service_started', stopped)).toEqual(['dependency: it is failed: exited with status 1']);
    expect(onDependency('service_completed_successfully', {})).toEqual(['dependency: it is running']);
    expect(onDependency('service_completed_successfully', { run_state: 'completed' })).toEqual([]);
    expect(onDependency('service_healthy', { health: 'unhealthy' })).toEqual(['dependency: it is unhealthy']);
    expect(onDependency('service_healthy', { health: 'unknown' })).toEqual([]);
    expect(
      onDependency('service_healthy', { health: 'unknown', gate: { met: false, at: '2026-01-31T00:00:00Z' } }),
    ).toEqual(['dependency: its gate was not met when it was looked at last']);
  });

  it('lets what runs as it is declared wait for nothing', () => {
    const found = status([resource({ health: 'unhealthy' }), resource({ address: 'service.web' })]);

    expect(waits({ status: found, next: { outcome: 'nothing' } })).toEqual([]);
    expect(waits({ status: found })).toEqual(['dependency: it is unhealthy']);
  });

  it('tells of engines, runs, quarantines and freezes', () => {
    const observation = { status: 'unreachable', engine: 'process', error: 'refused', provided_by: null } as const;
    const freeze = { since: '2026-01-31T00:00:00Z', until: '2026-02-28T00:00:00Z', reason: 'looking', by: 'me@here' };
    const conditions = (['Reconciling', 'Quarantined', 'Stalled'] as const).map((type) => {
      return { type, status: 'True', reason: 'X', message: `m of ${type}`, since: null } as const;
    });

    const told = waits({
      observation,
      status: status([], conditions),
      plan: plan({
        frozen: [
          { address: 'service.web', ...freeze },
          { address: 'service.db', ...freeze },
        ],
      }),
    });

    expect(told.map((line) => line.replace(/until .*, by/, 'until then, by'))).toEqual([
      'engine: refused',
      'run: m of Reconciling',
      'quarantine: m of Quarantined',
      'freeze: until then, by me@here: looking',
    ]);
  });

  it('says what forbids the plan that would change it, its own conflict left out', () => {
    const conflicts = [conflict('service.web', { summary: 'mine' }), conflict('service.db', { summary: 'taken' })];
    const blocked = plan({ applyable: false, conflicts, changes: [change('service.web')] });

    expect(waits({ plan: blocked })).toEqual(['plan: taken']);
    expect(waits({ plan: blocked, next: { outcome: 'nothing' } })).toEqual([]);
  });
});
