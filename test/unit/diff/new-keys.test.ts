import { describe, expect, it } from 'vitest';
import type { DriverModel } from '../../../src/drivers/driver.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { ObservedObject, Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { desired } from '../../support/builders.ts';
import { observed, planOf, recordedOf, service } from '../../support/planning.ts';
import { simulatedModel } from '../../support/simulated/model/model.ts';

/** An engine on which an address, once written, stays. */
const model: DriverModel = { ...simulatedModel, addressedForGood: ['service', 'network', 'volume'] };

function plan(
  resources: readonly DesiredResource[],
  objects: readonly ObservedObject[],
  overrides: Partial<PlanRequest> & { readonly recorded?: Recorded } = {},
): Plan {
  return planOf(resources, { objects }, { models: new Map([['process', model]]), ...overrides });
}

function held(type: 'network' | 'volume', key: string, name: string): DesiredResource {
  return desired(key, { type, name, config: { labels: {} }, deletion_policy: 'delete' });
}

function using(network: string, volume: string): DesiredResource {
  return service('web', {
    config: {
      networking: { networks: { [network]: { aliases: ['web'] } } },
      storage: { volumes: { '/data': { type: 'volume', volume } } },
    },
  });
}

describe('a key that changes where the address is written for good', () => {
  it('is no change, neither of the thing nor of who uses it', () => {
    const before = [held('network', 'net', 'shop_net'), held('volume', 'data', 'orders'), using('net', 'data')];
    const after = [held('network', 'inner', 'shop_net'), held('volume', 'orders', 'orders'), using('inner', 'orders')];

    expect(
      plan(
        after,
        before.map((resource) => observed(resource)),
      ),
    ).toMatchObject({
      changes: [],
      drift: [],
      conflicts: [],
      unchanged: 3,
    });
  });

  it('goes by the name where two keys were swapped', () => {
    const before = [held('volume', 'a', 'x'), held('volume', 'b', 'y')];
    const after = [held('volume', 'a', 'y'), held('volume', 'b', 'x')];

    expect(
      plan(
        after,
        before.map((resource) => observed(resource)),
      ).changes,
    ).toEqual([]);
  });

  it('leaves what else differs a difference, with the cause that the old key recorded', () => {
    const before = held('volume', 'data', 'orders');
    const after = { ...held('volume', 'orders', 'orders'), config: { labels: { team: 'core' } } };

    const { changes } = plan([after], [observed(before)], { recorded: recordedOf([before]) });

    expect(changes).toMatchObject([
      { address: after.address, previous_address: null, action: 'update', cause: 'git', name: 'orders' },
    ]);
  });

  it('lets what was declared under the new key be destroyed under it', () => {
    const before = held('volume', 'data', 'orders');
    const after = held('volume', 'orders', 'orders');

    const { changes } = plan([], [observed(before)], {
      mode: 'destroy',
      declared: new Map([[after.address, after]]),
      targets: new Set([after.address]),
    });

    expect(changes).toMatchObject([{ address: after.address, action: 'delete' }]);
  });

  it("takes nothing from another environment, and nothing of another checkout's", () => {
    const after = held('volume', 'orders', 'orders');
    const { ownership, ...object } = observed(held('volume', 'data', 'orders'));
    const foreign = { ...object, ownership: ownership === null ? null : { ...ownership, owner: 'another' } };

    expect(plan([after], [foreign])).toMatchObject({ changes: [], conflicts: [{ name: 'orders' }] });
  });
});

describe('what is protected', () => {
  const guarded = desired('data', {
    type: 'volume',
    name: 'data',
    config: { protect: true, deletion_policy: 'delete' },
  });
  const bare = { ...observed(guarded), configured: {} };

  it('is known by what was applied last, where the engine cannot tell', () => {
    expect(plan([], [bare], { recorded: recordedOf([guarded]) }).withheld).toMatchObject([{ reason: 'protected' }]);
  });

  it('is not the object of another name, and by the engine alone where nothing is recorded', () => {
    const other = { ...bare, name: 'other' };

    expect(plan([], [other], { recorded: recordedOf([guarded]) }).withheld).toMatchObject([{ reason: 'data_kept' }]);
    expect(plan([], [observed(guarded)]).withheld).toMatchObject([{ reason: 'protected' }]);
  });

  it('goes with its data where the last apply allowed that', () => {
    const free = { ...guarded, config: { protect: false, deletion_policy: 'delete' } };

    expect(plan([], [bare], { recorded: recordedOf([free]) }).changes).toMatchObject([
      { action: 'delete', impact: { data_loss: true } },
    ]);
  });
});

describe('a field that is left out', () => {
  const image = { container: { image: 'a:1', command: null }, environment_variables: { OWN: '1' } };
  const web = service('web', { config: image });
  const defaults = { container: { command: ['serve'] }, environment_variables: { PATH: '/bin' } };
  const effective = {
    container: { image: 'a:1', command: ['serve'] },
    environment_variables: { PATH: '/bin', OWN: '1' },
  };
  const running = (configured: typeof effective): ObservedObject => {
    const object = observed(web);
    return { ...object, defaults, configured: { ...object.configured, ...configured } };
  };

  it('means its default, which is compared like a declared value', () => {
    const edited = running({ ...effective, container: { image: 'a:1', command: ['by', 'hand'] } });

    expect(plan([web], [running(effective)]).changes).toEqual([]);
    expect(plan([web], [edited]).changes).toMatchObject([
      { differences: [{ field_path: "$['container']['command']", before: ['by', 'hand'], after: ['serve'] }] },
    ]);
  });

  it('is told from the world by what was applied, with the same defaults', () => {
    const before = service('web', { config: { ...image, container: { image: 'a:1', command: ['old'] } } });
    const old = running({ ...effective, container: { image: 'a:1', command: ['old'] } });

    const { changes } = plan([web], [old], { recorded: recordedOf([before]) });

    expect(changes).toMatchObject([{ cause: 'git', differences: [{ after: ['serve'] }] }]);
  });

  it('loses what the default says once a value is declared: lists are replaced, maps are filled', () => {
    const declared = service('web', { config: { ...image, container: { image: 'a:1', command: ['mine'] } } });

    expect(plan([declared], [running(effective)]).changes[0]?.differences).toMatchObject([
      { before: ['serve'], after: ['mine'] },
    ]);
  });
});

describe('what the engine at hand cannot honour', () => {
  const refusing: DriverModel = {
    ...model,
    unsupported: ({ config }, facts) =>
      facts?.version === '1' && config['fancy'] === true
        ? [{ field_path: "$['fancy']", summary: 'this engine is too old for that', detail: 'use a newer one' }]
        : [],
  };

  it('is an error at its line, also where nothing would change', () => {
    const web = service('web', { config: { fancy: true } });
    const request = { models: new Map([['process', refusing]]) };

    expect(planOf([web], { objects: [observed(web)] }, request)).toMatchObject({
      applyable: false,
      diagnostics: [{ code: 'not_supported', summary: 'this engine is too old for that' }],
    });
    expect(planOf([web], { objects: [observed(web)] }, { ...request, targets: new Set() }).diagnostics).toEqual([]);
    expect(planOf([web], { objects: [observed(web)] }, { ...request, fields: 'run_state' }).diagnostics).toEqual([]);
  });
});
