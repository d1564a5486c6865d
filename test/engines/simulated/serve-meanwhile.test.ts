import { expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import { eventually } from '../../support/eventually.ts';
import { servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'local-web-1';
const OTHER = 'local-other-1';
const BOTH = `policies: { drift: heal, on_failure: rollback }
services:
  web:
    process: { command: [app, web] }
    health_check: { test: [CMD, probe], interval: 20ms, retries: 1000 }
  other: { process: { command: [app, other] }, drift: POLICY }
`;

it.each(['report', 'ignore'])(
  'leaves what dies while another one is healed, where the policy is to %s drift',
  async (policy) => {
    await using repo = await servedRepo({ [FILE]: BOTH.replace('POLICY', policy) });
    const before = repo.events.length;
    const begun = (phase: string): readonly Address[] =>
      repo.events.slice(before).flatMap((event) => {
        if (event.type !== 'progress' || event.event.type !== 'step_started') return [];
        return event.event.step.phase === phase ? [event.event.step.address] : [];
      });

    repo.engine.world.behave(WEB, { failing_probes: 1_000_000 });
    repo.engine.world.kill(WEB);
    await eventually(() => begun('gate').includes('service.web'), 'the gate of what is healed');
    repo.engine.world.kill(OTHER);
    repo.engine.world.behave(WEB, {});

    const healed = await repo.passed('applied', before);
    expect(healed.run?.status).toBe('succeeded');
    await eventually(
      () =>
        repo
          .environment()
          .status()
          ?.conditions.some(({ type, status }) => type === 'Reconciling' && status === 'False') === true,
    );
    expect(repo.engine.objects.all('service').find(({ name }) => name === OTHER)?.life?.state).not.toBe('running');
    expect(begun('start')).not.toContain('service.other');
    const drifted = repo.events.flatMap((event) => (event.type === 'drift_found' ? event.addresses : []));
    expect(drifted.includes('service.other')).toBe(policy === 'report');
    expect(repo.told('quarantined')).toEqual([]);
  },
);

it('tells of a freeze that begins and ends while a gate waits, with its reason', async () => {
  await using repo = await servedRepo({ [FILE]: BOTH.replace('POLICY', 'heal') });
  const before = repo.events.length;
  const hasPassed = (): boolean => repo.events.slice(before).some(({ type }) => type === 'pass_ended');

  repo.engine.world.behave(WEB, { failing_probes: 1_000_000 });
  repo.engine.world.kill(WEB);
  await eventually(() => repo.environment().status()?.state === 'provisioning', 'the gate of what is healed');
  const [since, until] = [Date.now(), Date.now() + 600_000].map((at) => new Date(at).toISOString()) as [string, string];
  await repo.environment().freeze({ address: 'service.other', since, until, reason: 'looking at it', by: 'kim@host' });
  const begun = await eventually(() => repo.told('frozen')[0] ?? null, 'that it is frozen');
  await repo.environment().endFreeze('service.other');
  const ended = await eventually(() => repo.told('freeze_ended')[0] ?? null, 'that it is frozen no more');
  expect(hasPassed()).toBe(false);
  repo.engine.world.behave(WEB, {});
  await repo.passed('applied', before);
  await eventually(() => repo.told('pass_ended').length > 2, 'the pass that the freeze asked for');

  expect([begun, ended]).toMatchObject([
    { address: 'service.other', reason: 'looking at it', until },
    { address: 'service.other', reason: 'looking at it', until },
  ]);
  expect([repo.told('frozen').length, repo.told('freeze_ended').length]).toEqual([1, 1]);
});
