import { describe, expect, it } from 'vitest';
import type { Planned } from '../../../src/flow/planning.ts';
import type { ProbedHealth } from '../../../src/flow/status.ts';
import type { Address } from '../../../src/model/address.ts';
import { NOTHING_RECORDED, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { StepResult } from '../../../src/model/run.ts';
import type { ServeEventDetail } from '../../../src/model/serve-event.ts';
import { NOTHING_REMEMBERED, type ServedMemory } from '../../../src/model/served-memory.ts';
import { systemClock } from '../../../src/serve/clock.ts';
import { FreezesTold } from '../../../src/serve/standing/freezes-told.ts';
import { Standing } from '../../../src/serve/standing/standing.ts';
import { difference, drift, environment, plan } from '../../support/builders.ts';
import { HEALTHY, observed, service } from '../../support/planning.ts';

const WEB = service('web', { config: { health_check: HEALTHY } });
const API = service('api', { config: { health_check: HEALTHY } });

function stage(recorded: Recorded | null = null) {
  let memory: ServedMemory = NOTHING_REMEMBERED;
  let now = Date.UTC(2026, 0, 31, 10);
  const told: ServeEventDetail[] = [];
  const probed = new Map<Address, ProbedHealth>();
  const standing = new Standing({
    name: 'local',
    probed,
    recorded,
    freezes: new FreezesTold({ clock: systemClock(), tell: (detail) => told.push(detail), changed: () => undefined }),
    memory: {
      get: () => memory,
      set: (next) => void (memory = next),
      flush: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    tell: (detail) => told.push(detail),
    now: () => now,
  });
  return {
    standing,
    told,
    probed,
    minutes: (count: number): void => void (now += count * 60_000),
    look(part: Parameters<typeof plan>[0] = {}, objects: readonly ObservedObject[] = [observed(WEB), observed(API)]) {
      const observation = { status: 'known', engine: 'process', facts: { kind: 'any', version: '1' }, objects };
      const planned = {
        environment: environment([WEB, API]),
        plan: plan(part),
        observations: { observations: new Map([['process', observation]]) },
        recorded: NOTHING_RECORDED,
      } as unknown as Planned;
      const owners = objects.flatMap(({ ownership }) => ownership?.owner ?? []);
      standing.seen(planned, { openRun: null, owners });
      told.length = 0;
    },
    since: (type: string): string | null | undefined =>
      standing.status()?.conditions.find((condition) => condition.type === type)?.since,
    healthOf: (address: Address): string | undefined =>
      standing.status()?.resources.find((resource) => resource.address === address)?.health,
  };
}

describe('an environment that ran before, and whose repo cannot be read', () => {
  it('is unknown, says why, and names what was applied last', () => {
    const commit = { commit: '1'.repeat(40), dirty: false };
    const { standing } = stage({
      ...NOTHING_RECORDED,
      revisions: { ...NOTHING_RECORDED.revisions, last_applied: commit },
    });

    standing.sourceIs('commit 2222222 is refused; have it signed');

    const status = standing.status();
    expect(status).toMatchObject({ name: 'local', state: 'unknown', last_applied: commit, resources: [] });
    expect(status?.conditions.map(({ type, status: is, reason }) => [type, is, reason])).toContainEqual([
      'Ready',
      'Unknown',
      'SourceUnreadable',
    ]);
    expect(status?.conditions[0]?.message).toBe('commit 2222222 is refused; have it signed');
  });

  it('is no news before the first look, where the repo can be read', () => {
    expect(stage().standing.status()).toBeNull();
  });
});

describe('the standing of an environment', () => {
  it('takes an input that moved for a wish, and no drift', () => {
    const { standing, look } = stage();
    const moved = difference(['environment_variables', 'A'], { cause: 'world', moved_input: 'alone' });
    const both = difference(['environment_variables', 'A'], { cause: 'world', moved_input: 'with_world' });
    look({ drift: [drift('service.web', { differences: [moved] })] });
    const before = [[...standing.drift], standing.status()?.state];
    look({ drift: [drift('service.web', { differences: [both] })] });
    expect(before).toEqual([[], 'healthy']);
    expect([[...standing.drift], standing.status()?.state]).toEqual([['service.web'], 'degraded']);
  });

  it('keeps since when a condition has its status, also where a look between passes found it', () => {
    const scene = stage();
    scene.look();
    expect(scene.since('Ready')).toBe('2026-01-31T10:00:00.000Z');

    scene.minutes(5);
    scene.look({ drift: [drift('service.web')] });
    expect(scene.since('Ready')).toBe('2026-01-31T10:05:00.000Z');

    scene.minutes(5);
    expect(scene.since('Ready')).toBe('2026-01-31T10:05:00.000Z');
  });

  it('shows and tells what probes between passes find, and that it is over', () => {
    const scene = stage();
    scene.look();
    expect(scene.healthOf('service.web')).toBe('unknown');

    scene.probed.set('service.web', { health: 'unhealthy', reason: 'its health check failed: status 1' });
    scene.standing.probedAnew();

    expect(scene.healthOf('service.web')).toBe('unhealthy');
    expect(scene.standing.status()?.state).toBe('degraded');
    const reason = 'its health check failed: status 1';
    expect(scene.told).toEqual([
      { type: 'resource_changed', address: 'service.web', run_state: 'running', health: 'unhealthy', reason },
      { type: 'state_changed', from: 'healthy', to: 'degraded', reason: `service.web is unhealthy: ${reason}` },
    ]);

    scene.told.length = 0;
    scene.probed.set('service.web', { health: 'healthy', reason: null });
    scene.standing.probedAnew();

    expect(scene.standing.status()?.state).toBe('healthy');
    expect(scene.told.map(({ type }) => type)).toEqual(['resource_changed', 'state_changed']);
  });

  it('keeps what was probed at the next look, and forgets it with what runs no more', () => {
    const scene = stage();
    scene.probed.set('service.web', { health: 'unhealthy', reason: null });
    scene.look();
    expect(scene.healthOf('service.web')).toBe('unhealthy');

    const down = observed(WEB);
    scene.look({}, [{ ...down, status: { ...down.status, run_state: 'failed' } }, observed(API)]);
    expect(scene.healthOf('service.web')).toBe('none');
  });

  it('goes on being provisioned while a run changes it, whatever is probed meanwhile', () => {
    const scene = stage();
    scene.look();
    scene.standing.runBegins('a commit');
    scene.probed.set('service.api', { health: 'unhealthy', reason: null });
    scene.standing.probedAnew();

    expect(scene.standing.status()?.state).toBe('provisioning');
    expect(scene.healthOf('service.api')).toBe('unhealthy');

    scene.look();
    expect(scene.standing.status()?.state).toBe('degraded');
  });

  it('says of a service that its pass waits for that it is starting, whatever was seen before', () => {
    const scene = stage();
    scene.probed.set(WEB.address, { health: 'healthy', reason: null });
    scene.look();
    const step = { id: 'gate', address: WEB.address, phase: 'gate', verb: 'service_healthy' } as Step;

    scene.standing.runBegins('a commit');
    scene.standing.heard({ type: 'step_started', step });

    expect(scene.standing.status()?.state).toBe('provisioning');
    expect(scene.healthOf(WEB.address)).toBe('starting');
    scene.standing.heard({ type: 'step_ended', step, result: { status: 'done' } as StepResult });
    expect(scene.healthOf(WEB.address)).toBe('healthy');
  });
});
