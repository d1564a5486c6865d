import { describe, expect, it } from 'vitest';
import type { DesiredEnvironment, OnFailure } from '../../../src/model/desired.ts';
import { withRollback } from '../../support/environments/rollback.ts';
import { planText } from '../../support/planning.ts';
import { planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { environment, observedServices, scene } from './scene.ts';

/** Taken back as a whole, but for `s1`, which has a policy of its own. */
function withPolicy(declared: DesiredEnvironment, policy: OnFailure): DesiredEnvironment {
  const whole = withRollback(declared, 'environment');
  const resources = [...whole.resources].map(([address, resource]) => {
    const own = address === 'service.s1' ? { ...resource, on_failure: policy } : resource;
    return [address, own] as const;
  });
  return { ...whole, resources: new Map(resources) };
}

const BAD = { behaviour: ['exit=1'] };

describe('a whole environment that is taken back', () => {
  it.each([
    ['stop', 'fast'],
    ['continue', 'new'],
  ] as const)('has nothing left aside where the one that failed stays as it is: %s', async (policy, variable) => {
    const { driver } = scene();
    await reconcile(driver, withPolicy(environment([{}, {}]), policy));

    const { run } = await reconcile(driver, withPolicy(environment([{ variable: 'new' }, BAD]), policy));

    const services = await observedServices(driver);
    expect(run.status).toBe('failed');
    expect(services.map(({ name }) => name).toSorted()).toEqual(['shop-s0-1', 'shop-s1-1']);
    const kept = services.find(({ name }) => name === 'shop-s0-1');
    expect(kept).toMatchObject({ configured: { environment_variables: { MODE: variable } } });
    expect(kept?.status.run_state).toBe('running');
  });

  it('has its networks back as well, which the versions that go have left before', async () => {
    const { driver } = scene();
    const before = withRollback(environment([{ networks: [0] }, { networks: [0] }], [{}]), 'environment');
    await reconcile(driver, before);
    const services = [{ networks: [0], ...BAD }, { networks: [0], variable: 'new' }, { networks: [0] }];
    const after = withRollback(environment(services, [{ internal: true }]), 'environment');

    const { run } = await reconcile(driver, after);

    expect(run.rollbacks.map(({ address, status }) => `${address} ${status}`).toSorted()).toEqual([
      'network.n0 restored',
      'service.s0 restored',
      'service.s1 restored',
    ]);
    // What was new has nothing to go back to, and is gone.
    expect(planText(await planNow(driver, before))).toBe('');
  });
});
