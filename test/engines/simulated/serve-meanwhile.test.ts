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
