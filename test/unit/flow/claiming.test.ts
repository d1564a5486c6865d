import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planClaiming } from '../../../src/flow/claiming.ts';
import { addressOf, type Address, keyOf } from '../../../src/model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { planEnvironment } from '../../../src/reconcile/plan/plan.ts';
import { withoutResources } from '../../../src/flow/planning.ts';
import { change, environment, plan } from '../../support/builders.ts';
import { adoptedOf, observed, requestOf, service, volume } from '../../support/planning.ts';

interface Asked {
  readonly mode?: 'apply' | 'destroy';
  readonly adopt?: boolean;
  readonly targets?: readonly Address[];
  readonly recorded?: Recorded;
}

const WEB: DesiredResource = { ...service('web', { volumes: ['data'] }), adopted: true };
const DATA: DesiredResource = { ...volume('data', { deletion_policy: 'delete' }), adopted: true };
const ALL = environment([WEB, DATA]);

function asItIs(resource: DesiredResource, overrides: Partial<ObservedObject> = {}): ObservedObject {
  return observed(resource, { ownership: null, ...overrides });
}

function planOf(objects: readonly ObservedObject[], asked: Asked = {}, declared: DesiredEnvironment = ALL): Plan {
  const { mode = 'apply', adopt = false, targets = [], recorded = NOTHING_RECORDED } = asked;
  const request = requestOf(mode === 'destroy' ? withoutResources(declared) : declared, { objects, recorded });
  const input = { environment: declared, recorded, owner: request.owners[0] ?? '' };
  const { plan } = planClaiming(
    request.observations,
    input,
    { mode, adopt, targets: new Set(targets) },
    (observations: ReadonlyMap<string, Observation>) =>
      planEnvironment({
        ...request,
        observations,
        mode,
        destroyData: true,
        targets: targets.length === 0 ? null : new Set(targets),
        ...(mode === 'destroy' ? { declared: declared.resources } : {}),
      }),
  );
  return plan;
}

function told({ changes, conflicts, to_adopt: adopted = [], applyable }: Plan): readonly string[] {
  return [
    ...changes.map(({ address, action }) => `${action} ${address}`),
    ...conflicts.map(({ address }) => `conflict ${address}`),
    ...adopted.map((address) => `adopt ${address}`),
    ...(applyable ? [] : ['not applyable']),
  ];
}

const CHANGED = asItIs(WEB, { configured: { ...WEB.config, labels: { by: 'hand' } } });

describe('a plan with claims', () => {
  it('changes nothing of what is as declared, and says what waits for a person', () => {
    expect(told(planOf([asItIs(WEB), asItIs(DATA)]))).toEqual(['adopt service.web', 'adopt volume.data']);
    expect(told(planOf([asItIs(WEB), asItIs(DATA)], { adopt: true }))).toEqual([]);
    expect(told(planOf([asItIs(WEB), asItIs(DATA)], { recorded: adoptedOf([WEB, DATA]) }))).toEqual([]);
  });

  it('makes what is claimed and not there', () => {
    expect(told(planOf([asItIs(DATA)]))).toEqual(['create service.web', 'adopt volume.data']);
  });

  it('changes what differs when a person says so, once or before, and is in the way until then', () => {
    expect(told(planOf([CHANGED, asItIs(DATA)]))).toEqual([
      'conflict service.web',
      'adopt volume.data',
      'not applyable',
    ]);
    expect(told(planOf([CHANGED, asItIs(DATA)], { adopt: true }))).toEqual(['update service.web']);
    expect(told(planOf([CHANGED, asItIs(DATA)], { recorded: adoptedOf([WEB, DATA]) }))).toEqual(['update service.web']);
  });

  it('removes adopted services, and volumes and networks only when they are named', () => {
    const recorded = adoptedOf([WEB, DATA]);
    const there = [asItIs(WEB), asItIs(DATA)];

    expect(told(planOf(there, { mode: 'destroy', recorded }))).toEqual(['delete service.web']);
    expect(
      told(
        planOf(there, {
          mode: 'destroy',
          recorded,
          targets: [addressOf('volume', 'data'), addressOf('service', 'web')],
        }),
      ),
    ).toEqual(['delete service.web', 'delete volume.data']);
    expect(told(planOf(there, { mode: 'destroy' }))).toEqual([]);
  });

  it('asks again for what was made anew under the name of what was adopted', () => {
    const recorded = adoptedOf([WEB, DATA]);
    const anew = { ...CHANGED, id: 'anew' };

    expect(told(planOf([{ ...asItIs(WEB), id: 'anew' }, asItIs(DATA)], { recorded }))).toEqual(['adopt service.web']);
    expect(told(planOf([anew, asItIs(DATA)], { recorded }))).toEqual(['conflict service.web', 'not applyable']);
    expect(told(planOf([anew, asItIs(DATA)], { recorded, mode: 'destroy' }))).toEqual([]);
  });

  it('adopts no more than what is named, and says what it adopts', () => {
    const named = planOf([CHANGED, asItIs(DATA, { born: 'then' })], { adopt: true, targets: [DATA.address] });

    expect(told(named)).toEqual(['adopt service.web']);
    expect(named.adopted).toEqual([
      { engine: 'process', type: 'volume', address: 'volume.data', as: 'shop_data then' },
    ]);
  });

  it('says nothing of claims where nothing is there that is claimed', () => {
    const ours = planOf([observed(WEB), observed(DATA)]);

    expect([ours.adopted, ours.to_adopt]).toEqual([undefined, undefined]);
  });

  it('takes what has another address since for the same thing', () => {
    const old: DesiredResource = { ...service('old', { volumes: ['data'] }), name: WEB.name };
    const renamed = environment([WEB, DATA], { moved: [{ from: old.address, to: WEB.address }] });

    expect(told(planOf([asItIs(WEB), asItIs(DATA)], { recorded: adoptedOf([old, DATA]) }, renamed))).toEqual([]);
  });

  it('makes nothing beside what was set aside before somebody has said whose that is', () => {
    const aside = asItIs(WEB, { name: `${WEB.name}.aside-01abc`, id: 'worked' });
    const anew = observed(WEB, { id: 'anew' });
    const [conflict] = planOf([aside, asItIs(DATA)]).conflicts;

    expect(told(planOf([aside, asItIs(DATA)]))).toEqual(['conflict service.web', 'adopt volume.data', 'not applyable']);
    expect(conflict?.summary).toBe(
      '"shop-web-1.aside-01abc" was set aside from under the name "shop-web-1", which is claimed: `trueup apply local --adopt` takes it over first',
    );
    expect(told(planOf([aside, anew, observed(DATA)]))).toEqual(['conflict service.web', 'not applyable']);
    expect(planOf([aside, anew, observed(DATA)], { recorded: adoptedOf([WEB], ['worked']) }).conflicts).toEqual([]);
    expect(planOf([aside, asItIs(DATA)], { adopt: true }).conflicts).toEqual([]);
  });

  it('reaches into nothing that nobody agreed to, whatever comes into reach of it without the claims that are left out', () => {
    const keys = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
    const reaches = fc.dictionary(fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'bc', 'c', 'cd', 'd'), keys);
    fc.assert(
      fc.property(keys, keys, reaches, (claimed, agreed, reached) => {
        const resources = claimed.map((key): DesiredResource => ({ ...service(key), adopted: true }));
        const declared = environment(resources);
        const { observations } = requestOf(declared, { objects: resources.map((one) => asItIs(one)) });
        const recorded = adoptedOf(resources.filter(({ key }) => agreed.includes(key)));

        const { plan: made } = planClaiming(
          observations,
          { environment: declared, recorded, owner: 'me' },
          { mode: 'apply', targets: new Set() },
          // What it reaches hangs on what is in the way.
          (seen) =>
            plan({ changes: (reached[inTheWay(seen)] ?? claimed).map((key) => change(addressOf('service', key))) }),
        );

        const touched = made.changes.map(({ address }) => keyOf(address)).filter((key) => claimed.includes(key));
        const counted = (made.adopted ?? []).map(({ address }) => keyOf(address));
        expect(counted.filter((key) => !agreed.includes(key))).toEqual([]);
        expect(
          touched.filter((key) => !agreed.includes(key) && (made.to_adopt ?? []).includes(addressOf('service', key))),
        ).toEqual([]);
      }),
    );
  });
});

/** Keys of what counts as nobody's. */
function inTheWay(observations: ReadonlyMap<string, Observation>): string {
  const objects = [...observations.values()].flatMap((one) => (one.status === 'known' ? one.objects : []));
  const names = objects.filter(({ ownership }) => ownership === null).map(({ name }) => name);
  return names
    .map((name) => name.replace(/^shop-(.*)-1$/, '$1'))
    .toSorted()
    .join('');
}
