import { describe, expect, it } from 'vitest';
import { planClaiming } from '../../../src/flow/claiming.ts';
import { addressOf, type Address } from '../../../src/model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { planEnvironment } from '../../../src/reconcile/plan/plan.ts';
import { withoutResources } from '../../../src/flow/planning.ts';
import { environment } from '../../support/builders.ts';
import { observed, recordedOf, requestOf, service, volume } from '../../support/planning.ts';
import { SEALER } from '../../support/sealer.ts';

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
  const input = { environment: declared, recorded, owner: request.owners[0] ?? '', sealer: SEALER };
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
    expect(told(planOf([asItIs(WEB), asItIs(DATA)], { recorded: recordedOf([WEB, DATA]) }))).toEqual([]);
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
    expect(told(planOf([CHANGED, asItIs(DATA)], { recorded: recordedOf([WEB, DATA]) }))).toEqual([
      'update service.web',
    ]);
  });

  it('removes adopted services, and volumes and networks only when they are named', () => {
    const recorded = recordedOf([WEB, DATA]);
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
});
