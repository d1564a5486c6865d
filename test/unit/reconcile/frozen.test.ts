import { describe, expect, it } from 'vitest';
import { type Address, addressOf } from '../../../src/model/address.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { Freeze } from '../../../src/model/served.ts';
import { desired } from '../../support/builders.ts';
import { HEALTHY, inState, observed, planOf, planText, recordedOf, service, volume } from '../../support/planning.ts';

function frozen(...addresses: readonly Address[]): { readonly frozen: readonly Freeze[] } {
  const when = { since: '2026-01-31T10:00:00.000Z', until: '2026-01-31T10:30:00.000Z' };
  return { frozen: addresses.map((address) => ({ address, ...when, reason: 'a leak', by: 'kim@desk' })) };
}

function withVariable(resource: DesiredResource, value: string): DesiredResource {
  return { ...resource, config: { ...resource.config, environment_variables: { MODE: value } } };
}

const db = service('db', { volumes: ['data'], config: { health_check: HEALTHY } });
const data = volume('data');
const api = service('api', { needs: { db: { condition: 'service_healthy' } } });
const shop = [api, data, db];

describe('a frozen resource', () => {
  it('is compared and left as it is, whoever changed what', () => {
    const wanted = [withVariable(api, 'fast'), data, withVariable(db, 'fast')];
    const objects = [observed(api), observed(data), observed(db)];

    const plan = planOf(wanted, { objects, recorded: recordedOf(shop) }, frozen('service.api', 'service.db'));

    expect(planText(plan)).toBe('service.api withheld (frozen)\nservice.db withheld (frozen)');
    expect(plan.withheld[0]?.summary).toBe('service.api differs, and is frozen (a leak): it stays as it is');
    expect(plan).toMatchObject({ unchanged: 1, applyable: true, left_alone: ['service.api', 'service.db'] });
    expect(plan.frozen.map(({ address }) => address)).toEqual(['service.api', 'service.db']);
  });

  it('still drifts, and is told to have', () => {
    const objects = [observed(api), observed(data), inState(db, 'stopped')];

    const plan = planOf(shop, { objects, recorded: recordedOf(shop) }, frozen('service.db'));

    expect(plan.drift.map(({ address }) => address)).toEqual(['service.db']);
    expect(planText(plan)).toBe('service.db withheld (frozen)');
  });

  it('is waited for by nobody', () => {
    const objects = [observed(api), observed(data), inState(db, 'stopped')];
    const wanted = [withVariable(api, 'fast'), data, db];

    const plan = planOf(wanted, { objects, recorded: recordedOf(shop) }, frozen('service.db'));

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.api']);
    expect(plan.steps.filter(({ address }) => address === 'service.db')).toEqual([]);
  });

  it('is not restarted with what it depends on, and that is said', () => {
    const dependent = service('api', { needs: { db: { restart: true } } });
    const objects = [observed(dependent), observed(data), observed(db)];
    const recorded = recordedOf([dependent, data, db]);

    const plan = planOf([dependent, data, withVariable(db, 'fast')], { objects, recorded }, frozen('service.api'));

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.db']);
    expect(plan.withheld.map(({ summary }) => summary)).toEqual([
      'service.api is frozen: it is not restarted with service.db, and goes on as it is',
    ]);
    expect(plan.unchanged).toBe(2);
  });

  it('keeps its volume: neither removed nor made anew under it', () => {
    const kept = {
      deletion_policy: 'delete',
      config: { labels: {}, protect: false, deletion_policy: 'delete' },
    } as const;
    const disk = volume('data', kept);
    const objects = [observed(api), observed(disk), observed(db)];

    const plan = planOf([api], { objects, recorded: recordedOf([api, disk, db]) }, frozen('service.db'));

    expect(planText(plan)).toBe('service.db withheld (frozen)\nvolume.data withheld (frozen)');
    expect(plan.withheld[1]?.summary).toBe(
      'volume.data stays as it is: removing it takes it away from service.db, which is frozen',
    );
  });

  it('holds back who uses it while it is not there', () => {
    const plan = planOf([db, data], {}, frozen('volume.data'));

    expect(plan.changes).toEqual([]);
    expect(plan.withheld.map(({ address, summary }) => [address, summary])).toEqual([
      ['service.db', 'service.db stays as it is: it uses volume.data, which is frozen and not there'],
      ['volume.data', 'volume.data is missing, and is frozen (a leak): it stays as it is'],
    ]);
  });

  it('may lose its name to somebody for as long as it is frozen', () => {
    const stranger = { ...observed(api), ownership: null };

    const conflict = planOf([api], { objects: [stranger] });
    const plan = planOf([api], { objects: [stranger] }, frozen('service.api'));

    expect(conflict).toMatchObject({ applyable: false });
    expect(plan).toMatchObject({ applyable: true, conflicts: [] });
    expect(plan.withheld.map(({ address, reason }) => [address, reason])).toEqual([['service.api', 'frozen']]);
  });

  it('is not replaced or restarted where that is asked for', () => {
    const objects = [observed(api), observed(data), observed(db)];
    const asked = { replace: new Set([api.address]), restart: new Set([db.address]) };

    const plan = planOf(
      shop,
      { objects, recorded: recordedOf(shop) },
      { ...asked, ...frozen('service.api', 'service.db') },
    );

    expect(planText(plan)).toBe('service.api withheld (frozen)\nservice.db withheld (frozen)');
  });

  it('lets all others be', () => {
    const other = service('other');
    const network = desired('back', { type: 'network', name: 'shop_back', config: {} });

    const plan = planOf([other], { objects: [observed(api)] }, frozen(addressOf('service', 'api'), network.address));

    expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([['service.other', 'create']]);
  });

  it('is read by no snapshot while it writes, and what needs one waits for it', () => {
    const backed = { ...data.config, metadata: { backup_enabled: true, backups_kept: 3 } };
    const disk = volume('data', { config: backed });
    const writer = service('writer', { volumes: ['data'] });
    const objects = [observed(disk), observed(db), observed(writer)];
    const recorded = recordedOf([disk, db, writer]);

    const plan = planOf([disk, db, withVariable(writer, 'fast')], { objects, recorded }, frozen('service.db'));

    expect(plan.steps).toEqual([]);
    expect(plan.withheld.map(({ summary }) => summary)).toEqual([
      'service.writer stays as it is: restarting it needs a snapshot of shop_data, to which service.db writes, which is frozen',
    ]);
  });

  it('gets no other data under its feet', () => {
    const objects = [observed(data), observed(db)];
    const restored = new Map([[data.address, 'S1']]);

    const plan = planOf(
      [data, db],
      { objects, recorded: recordedOf([data, db]) },
      { restored, ...frozen('service.db') },
    );

    expect(plan.steps).toEqual([]);
    expect(plan.withheld.map(({ summary }) => summary)).toEqual([
      'the data of volume.data is not put back: service.db, which is frozen, uses it',
    ]);
  });
});
