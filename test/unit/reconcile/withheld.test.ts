import { describe, expect, it } from 'vitest';
import type { DriverModel } from '../../../src/drivers/driver.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { environment, source } from '../../support/builders.ts';
import { inState, observed, planOf as planWith, recordedOf, service, volume } from '../../support/planning.ts';

const BY_POLICY = { drift: 'by_policy' } as const;

/** Of volumes it changes nothing in place. */
const MODEL: DriverModel = {
  ...processModel,
  effect: (type, ...rest) => (type === 'volume' ? 'replace' : processModel.effect(type, ...rest)),
};

function planOf(...[resources, world, overrides]: Parameters<typeof planWith>): Plan {
  return planWith(resources, world, { ...overrides, models: new Map([['process', MODEL]]) });
}

function labelled(resource: DesiredResource, labels: Readonly<Record<string, string>>): DesiredResource {
  return { ...resource, config: { ...resource.config, labels } };
}

/** The fields of each, as they are and as they are wanted. */
function fieldsOf({ withheld }: Plan): readonly unknown[] {
  return withheld.map(({ address, differences = [] }) => [
    address,
    ...differences.map(({ field_path: path, before, after, cause, effect }) => [path, before, after, cause, effect]),
  ]);
}

const data = volume('data');
const web = service('web');

const LOSS = { ...NO_IMPACT, data_loss: true, data_at_risk: ['volume.data'] };

describe('what a plan withholds', () => {
  it('names the fields that force the replacement of data, with values, severities and lines, and what else to do', () => {
    const wanted = labelled(data, { team: 'core' });

    const plan = planOf([wanted], { objects: [observed(data)], recorded: recordedOf([data]) });

    expect(plan.withheld).toEqual([
      {
        address: 'volume.data',
        reason: 'data_kept',
        summary:
          'volume.data would have to be replaced for labels.team, which destroys its data; keep the value that is there, or set deletion_policy: delete to allow it',
        impact: LOSS,
        differences: [
          {
            field_path: fieldPath('labels', 'team'),
            before: null,
            after: 'core',
            cause: 'git',
            severity: 'info',
            impact: 'tools that select by labels see it in another way',
            effect: 'replace',
            source: source(3, 3),
          },
        ],
        source: source(3, 3),
      },
    ]);
  });

  it('counts the fields where there are many, and names none where a person asked', () => {
    const wanted = labelled(data, { a: '1', b: '2', c: '3', d: '4' });
    const world = { objects: [observed(data)], recorded: recordedOf([data]) };

    expect(planOf([wanted], world).withheld[0]?.summary).toContain(
      'replaced for labels.a, labels.b, labels.c and 1 more, which destroys its data; keep the values that are there, or',
    );
    expect(planOf([data], world, { replace: new Set([data.address]) }).withheld).toEqual([
      {
        address: 'volume.data',
        reason: 'data_kept',
        summary:
          'volume.data would have to be replaced, which destroys its data; set deletion_policy: delete to allow it',
        impact: LOSS,
        source: source(3, 3),
      },
    ]);
  });

  it('names the fields of what is protected', () => {
    const wanted = { ...labelled(data, { team: 'core' }), protect: true };

    const plan = planOf([wanted], { objects: [observed(data)], recorded: recordedOf([data]) });

    expect(plan.withheld[0]?.summary).toBe(
      'volume.data is protected and would have to be replaced for labels.team; it stays as it is',
    );
    expect(fieldsOf(plan)).toEqual([['volume.data', [fieldPath('labels', 'team'), null, 'core', 'git', 'replace']]]);
  });

  it('names the fields of what is left as it drifted, and the line of what is missing', () => {
    const db = service('db');
    const world = { objects: [inState(web, 'failed')], recorded: recordedOf([web, db]) };

    const plan = planOf([web, db], world, BY_POLICY);

    expect(fieldsOf(plan)).toEqual([
      ['service.db'],
      ['service.web', [fieldPath('run_state'), 'failed', 'running', 'world', 'in_place']],
    ]);
    expect(plan.withheld.map((item) => item.source)).toEqual([source(3, 3), source(3, 3)]);
  });

  it('names the fields of what is frozen, and those of what a frozen neighbour keeps from changing', () => {
    const user = service('db', { volumes: ['data'] });
    const wanted = { ...labelled(data, { team: 'core' }), deletion_policy: 'delete' as const };
    const freeze = { address: user.address, since: '', until: '', reason: 'a leak', by: 'kim' };
    const world = { objects: [inState(user, 'failed'), observed(data)], recorded: recordedOf([user, data]) };

    const plan = planOf([user, wanted], world, { frozen: [freeze] });

    expect(fieldsOf(plan)).toEqual([
      ['service.db', [fieldPath('run_state'), 'failed', 'running', 'world', 'in_place']],
      ['volume.data', [fieldPath('labels', 'team'), null, 'core', 'git', 'replace']],
    ]);
  });

  it('has the line of the variable that git moved first', () => {
    const wanted = labelled(data, { team: 'core' });
    const declared = { ...environment([wanted]), writtenAt: () => source(2, 14) };

    const plan = planOf(
      [wanted],
      { objects: [observed(data)], recorded: recordedOf([data]) },
      { environment: declared },
    );

    expect(plan.withheld[0]?.differences).toMatchObject([{ source: source(2, 14), via: source(3, 3) }]);
    expect(plan.withheld[0]?.source).toEqual(source(2, 14));
  });
});

describe('drift', () => {
  it('has the line at which what is missing is declared', () => {
    const plan = planOf([web], { objects: [], recorded: recordedOf([web]) });

    expect(plan.drift).toMatchObject([{ address: 'service.web', kind: 'missing', source: source(3, 3) }]);
  });
});
