import { describe, expect, it } from 'vitest';
import type { DriverModel } from '../../../src/drivers/driver.ts';
import type { Address } from '../../../src/model/address.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { Observation, ObservedObject } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { environment } from '../../support/builders.ts';
import { observed, planOf, planText, service } from '../../support/planning.ts';
import { simulatedModel } from '../../support/simulated/model/model.ts';

const models = new Map<string, DriverModel>([['process', simulatedModel]]);

function network(labels: Readonly<Record<string, string>> = {}, internal = false): DesiredResource {
  const plain = service('inner');
  return { ...plain, address: 'network.inner', type: 'network', name: 'shop_inner', config: { internal, labels } };
}

function joined(key: string, variable = 'a'): DesiredResource {
  const plain = service(key, {
    config: { environment_variables: { V: variable }, networking: { networks: { inner: { aliases: [key] } } } },
  });
  return { ...plain, uses: ['network.inner'] };
}

/** What a crash left beside a resource. */
function beside(resource: DesiredResource, name: string): ObservedObject {
  const left = observed(resource, { name, id: `id of ${name}` });
  return { ...left, configured: { ...left.configured, run_state: 'created' } };
}

function planWith(resources: readonly DesiredResource[], objects: readonly ObservedObject[]): Plan {
  return planOf(resources, { objects }, { models });
}

const web = joined('web');

describe('what is left over beside a resource', () => {
  it('goes by itself, and the resource stays as it is', () => {
    const plan = planWith([web, network()], [observed(web), beside(web, 'shop-web-1.next'), observed(network())]);

    expect(planText(plan)).toBe(
      `service.web delete (delete_because_left_over, unknown)
steps:
service.web:stop
service.web:remove ← service.web:stop`,
    );
    expect(plan.steps.map(({ name, args }) => [name, args['id']])).toEqual([
      ['shop-web-1.next', 'id of shop-web-1.next'],
      ['shop-web-1.next', 'id of shop-web-1.next'],
    ]);
  });

  it('is told from the resource also where it comes later in the order of names', () => {
    const plan = planWith(
      [joined('web', 'b'), network()],
      [observed(web), beside(web, 'shop-web-1.next'), observed(network())],
    );

    const ids = plan.steps.map(({ verb, name, args }) => `${verb} ${name} ${JSON.stringify(args['id'])}`);
    expect(ids).toEqual([
      'stop shop-web-1.next "id of shop-web-1.next"',
      'remove shop-web-1.next "id of shop-web-1.next"',
      'create shop-web-1 null',
      'stop shop-web-1 "shop-web-1"',
      'remove shop-web-1 "shop-web-1"',
      'rename shop-web-1 null',
      'start shop-web-1 null',
      'service_started shop-web-1 undefined',
    ]);
  });

  it('does not keep a network that is made anew from being taken from the resource, and given back', () => {
    const plan = planWith(
      [web, network({}, true)],
      [observed(web), beside(web, 'shop-web-1.next'), observed(network())],
    );

    const steps = new Map(plan.steps.map((step) => [step.id, step]));
    const needs = (id: string): readonly string[] => steps.get(id)?.depends_on.map(({ step }) => step) ?? [];
    expect([...steps.keys()].filter((id) => id.startsWith('service.web'))).toEqual([
      'service.web:disconnect',
      'service.web:stop',
      'service.web:remove',
      'service.web:connect',
    ]);
    expect(needs('network.inner:remove')).toEqual(expect.arrayContaining(['service.web:remove', 'service.web:stop']));
  });

  it('gates nobody, and counts for no limit of removals', () => {
    const services = ['a', 'b', 'c', 'd', 'e'].map((key) => service(key));
    const dependent = service('top', { needs: { a: { condition: 'service_started' } } });
    const left = services.map((resource) => beside(resource, `${resource.name}.next`));

    const plan = planWith([...services, dependent], [...services.map((item) => observed(item)), ...left]);

    expect(plan.diagnostics).toEqual([]);
    expect(plan.steps.filter(({ phase }) => phase === 'gate').map(({ id }) => id)).toEqual([
      'service.top:service_started',
    ]);
  });
});

describe('a service that moves to another engine', () => {
  const other = { ...joined('web'), engine: 'other' };
  const declared = environment([other, { ...network(), engine: 'other' }], {
    engines: {
      process: { name: 'process', driver: 'process', settings: {} },
      other: { name: 'other', driver: 'other', settings: {} },
    },
  });

  function planMove(onOther: readonly ObservedObject[]): Plan {
    const facts = { kind: 'simulated', version: '1' };
    const known = (engine: string, objects: readonly ObservedObject[]): Observation => ({
      status: 'known',
      engine,
      facts,
      objects,
    });
    const observations = new Map([
      ['process', known('process', [observed(web), observed(network())])],
      ['other', known('other', onOther)],
    ]);
    const both = new Map([...models, ['other', simulatedModel] as const]);
    return planOf([], {}, { environment: declared, observations, models: both });
  }

  it('goes on one and is made on the other, each step on its engine', () => {
    const plan = planMove([]);

    const of = (address: Address): readonly string[] =>
      plan.steps.filter((step) => step.address === address).map(({ verb, engine }) => `${verb} on ${engine}`);
    expect(of('service.web')).toEqual([
      'stop on process',
      'remove on process',
      'create on other',
      'start on other',
      'service_started on other',
    ]);
    expect(of('network.inner')).toEqual(['remove on process', 'create on other']);
  });

  it('is left as it is where it runs already, and only what was left behind goes', () => {
    const plan = planMove([observed(other), observed(network())]);

    expect(plan.changes.map(({ address, action, engine }) => `${action} ${address} on ${engine}`)).toEqual([
      'delete network.inner on process',
      'delete service.web on process',
    ]);
    expect(plan.steps.every(({ engine }) => engine === 'process')).toBe(true);
  });
});
