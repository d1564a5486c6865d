import { describe, expect, it } from 'vitest';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import type { ServiceBlueprint } from '../../support/environments/blueprint.ts';
import { planText } from '../../support/planning.ts';
import { planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { environment, observedServices, type Scene, scene } from './scene.ts';

/** What runs has the names of each other from here on. */
function swapped(declared: DesiredEnvironment): DesiredEnvironment {
  const names = new Map([
    ['shop-s0-1', 'shop-s1-1'],
    ['shop-s1-1', 'shop-s0-1'],
  ]);
  const resources = [...declared.resources].map(
    ([address, resource]) => [address, { ...resource, name: names.get(resource.name) ?? resource.name }] as const,
  );
  return { ...declared, resources: new Map(resources) };
}

async function namesById({ driver }: Scene): Promise<readonly string[]> {
  return (await observedServices(driver)).map(({ id, name }) => `${id} ${name}`).sort();
}

describe('two services that have each other’s name', () => {
  const kinds: readonly (readonly [string, readonly Partial<ServiceBlueprint>[]])[] = [
    ['on their own', [{}, {}]],
    [
      'one depending on the other',
      [{}, { needs: [{ on: 0, condition: 'service_started', optional: false, restart: true }] }],
    ],
  ];

  it.each(kinds)('get their own back, running on as they are: %s', async (_kind, services) => {
    const { engine, driver } = scene();
    const declared = environment(services);
    await reconcile(driver, swapped(declared));
    const before = await namesById({ engine, driver });

    const { plan, run } = await reconcile(driver, declared);

    expect(run.status, planText(plan)).toBe('succeeded');
    const given = await namesById({ engine, driver });
    expect(given.map((item) => item.split(' ')[0])).toEqual(before.map((item) => item.split(' ')[0]));
    expect(given).not.toEqual(before);
    expect(planText(await planNow(driver, declared))).toBe('');
  });

  it('come to it after a death between any two steps', async () => {
    for (let steps = 1; steps <= 3; steps += 1) {
      const { driver } = scene();
      const declared = environment([{}, {}]);
      await reconcile(driver, swapped(declared));
      const abort = new AbortController();
      let ended = 0;
      await reconcile(driver, declared, {
        signal: abort.signal,
        onStep: () => {
          ended += 1;
          if (ended === steps) abort.abort();
        },
      });

      const { run } = await reconcile(driver, declared);

      expect(run.status).toBe('succeeded');
      expect(planText(await planNow(driver, declared))).toBe('');
    }
  });

  it('may both have to be made anew meanwhile', async () => {
    const { driver } = scene();
    await reconcile(driver, swapped(environment([{}, {}])));
    const declared = environment([{ variable: 'safe' }, { variable: 'safe' }]);

    const { plan, run } = await reconcile(driver, declared);

    expect(run.status, planText(plan)).toBe('succeeded');
    expect(planText(await planNow(driver, declared))).toBe('');
  });
});
