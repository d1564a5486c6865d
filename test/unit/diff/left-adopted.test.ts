import { describe, expect, it } from 'vitest';
import { withClaims } from '../../../src/diff/claims.ts';
import { type LeftAdoptedInput, withLeftAdopted } from '../../../src/diff/left-adopted.ts';
import { addressOf } from '../../../src/model/address.ts';
import { adoptedAs } from '../../../src/model/adoption.ts';
import type { Change } from '../../../src/model/change.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import { environment, plan } from '../../support/builders.ts';
import { observed, recordedOf, service, volume } from '../../support/planning.ts';

const WEB: DesiredResource = { ...service('web'), name: 'shop-web', adopted: true };
const DATA: DesiredResource = { ...volume('data'), name: 'shop_data', adopted: true };

function asItIs(resource: DesiredResource): ObservedObject {
  return observed(resource, { ownership: null });
}

function adopted(...resources: readonly DesiredResource[]): Recorded {
  const { resources: known } = recordedOf(resources);
  const marked = resources.map((resource) => {
    const record = known[resource.address];
    return [resource.address, { ...record, adopted: [adoptedAs(asItIs(resource))] }];
  });
  return { ...NOTHING_RECORDED, resources: Object.fromEntries(marked) as Recorded['resources'] };
}

interface Asked extends Partial<Pick<LeftAdoptedInput, 'mode' | 'targets'>> {
  readonly recorded?: Recorded;
  readonly declared?: readonly DesiredResource[];
  readonly changes?: readonly Change[];
}

function left(
  objects: readonly ObservedObject[],
  { declared = [], changes = [], mode = 'apply', targets = new Set(), recorded = NOTHING_RECORDED }: Asked = {},
): readonly string[] {
  const all = environment(declared);
  const seen = new Map<string, Observation>([
    [WEB.engine, { status: 'known', engine: WEB.engine, facts: null, objects }],
  ]);
  const { observations } = withClaims(seen, { environment: all, recorded, owner: 'me' });
  const made = withLeftAdopted(
    { ...plan(), mode, changes },
    { environment: all, observations, recorded, mode, targets },
  );
  return made.withheld.map(({ address, reason, summary }) => `${address} ${reason}: ${summary}`);
}

const BOTH = [asItIs(WEB), asItIs(DATA)];

describe('what was there before trueup', () => {
  it('is said to stay once it was adopted and is declared no more', () => {
    expect(left(BOTH, { recorded: adopted(WEB, DATA) })).toEqual([
      'service.web adopted: service.web was adopted, is no longer declared, and stays as "shop-web": ' +
        'remove it by hand, or declare it as `external`',
      'volume.data adopted: volume.data was adopted, is no longer declared, and stays as "shop_data": ' +
        'remove it by hand, or declare it as `external`',
    ]);
  });

  it('is said of one address where only that is asked for', () => {
    const targets = new Set([addressOf('volume', 'data')]);

    expect(left(BOTH, { recorded: adopted(WEB, DATA), targets }).map((line) => line.split(' ')[0])).toEqual([
      'volume.data',
    ]);
  });

  it('is no matter where it is claimed, somebody else’s, gone, another one of that name, or was never adopted', () => {
    const recorded = adopted(WEB);

    expect(left([asItIs(WEB)], { recorded, declared: [WEB] })).toEqual([]);
    const renamed = { ...WEB, address: addressOf('service', 'site'), key: 'site' };
    expect(left([asItIs(WEB)], { recorded, declared: [renamed] })).toEqual([]);
    const external = { ...WEB, adopted: false, external: true };
    expect(left([asItIs(WEB)], { recorded, declared: [external] })).toEqual([]);
    expect(left([], { recorded })).toEqual([]);
    expect(left([{ ...asItIs(WEB), id: 'another' }], { recorded })).toEqual([]);
    expect(left([asItIs(WEB)], { recorded: recordedOf([WEB]) })).toEqual([]);
  });

  it('is named by a destroy as far as it stays', () => {
    const declared = [WEB, DATA];

    expect(left(BOTH, { mode: 'destroy', declared })).toEqual([
      'service.web adopted: service.web is claimed and was never adopted, so "shop-web" stays',
      'volume.data adopted: volume.data is claimed and was never adopted, so "shop_data" stays',
    ]);
    expect(left(BOTH, { mode: 'destroy', declared, recorded: adopted(WEB, DATA) })).toEqual([
      'volume.data adopted: volume.data was adopted, so "shop_data" stays; ' +
        'trueup destroy local/volume.data --volumes removes it',
    ]);
    expect(left(BOTH, { mode: 'destroy', recorded: adopted(WEB) })).toEqual([
      'service.web adopted: service.web was adopted, is no longer declared, and stays as "shop-web": ' +
        "is nobody's from now on",
    ]);
  });

  it('is nothing that stays where it is removed', () => {
    const named = { mode: 'destroy', declared: [DATA], recorded: adopted(DATA) } as const;

    expect(left([asItIs(DATA)], { ...named, targets: new Set([DATA.address]) })).toEqual([]);
  });
});
