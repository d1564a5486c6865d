import { describe, expect, it } from 'vitest';
import { type ClaimsInput, withClaims } from '../../../src/diff/claims.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import { desired, environment } from '../../support/builders.ts';
import { adoptedOf, observed, recordedOf } from '../../support/planning.ts';

function claimed(config: JsonObject = {}): DesiredResource {
  return desired('web', { name: 'shop-web', adopted: true, config });
}

function found(resource: DesiredResource, overrides: Partial<ObservedObject> = {}): ReadonlyMap<string, Observation> {
  const object = observed(resource, { ownership: null, ...overrides });
  return new Map([['process', { status: 'known', engine: 'process', facts: null, objects: [object] }]]);
}

function input(resource: DesiredResource, overrides: Partial<ClaimsInput> = {}): ClaimsInput {
  return {
    environment: environment([resource]),
    recorded: NOTHING_RECORDED,
    owner: 'me',
    ...overrides,
  };
}

function objectsOf(observations: ReadonlyMap<string, Observation>): readonly ObservedObject[] {
  return [...observations.values()].flatMap((one) => (one.status === 'known' ? one.objects : []));
}

describe('a claim', () => {
  it('makes ours what has the name and nobody’s labels, and says that it waits for a person', () => {
    const web = claimed();

    const { observations, claims } = withClaims(found(web), input(web));

    expect(objectsOf(observations)[0]?.ownership).toEqual({
      owner: 'me',
      project: 'shop',
      environment: 'local',
      address: 'service.web',
      checkout: null,
      created_revision: null,
    });
    expect(claims).toEqual([
      { engine: 'process', type: 'service', address: 'service.web', as: 'shop-web', isAdopted: false },
    ]);
  });

  it('waits for nobody once just this object was adopted', () => {
    const web = claimed();
    const adoptedAs = (recorded: Recorded, overrides: Partial<ObservedObject> = {}): readonly boolean[] =>
      withClaims(found(web, overrides), input(web, { recorded })).claims.map(({ isAdopted }) => isAdopted);

    expect(adoptedAs(adoptedOf([web]))).toEqual([true]);
    expect(adoptedAs(adoptedOf([web], ['another', 'shop-web']))).toEqual([true]);
    expect(adoptedAs(adoptedOf([{ ...web, key: 'old', address: 'service.old' }]))).toEqual([true]);
    expect(adoptedAs(recordedOf([web]))).toEqual([false]);
    expect(adoptedAs(adoptedOf([web]), { id: 'made anew under the name' })).toEqual([false]);
    expect(adoptedAs(adoptedOf([{ ...web, engine: 'other' }]))).toEqual([false]);
    expect(adoptedAs(adoptedOf([{ ...web, type: 'volume', address: 'volume.web' }]))).toEqual([false]);
  });

  it('tells a volume from another that was made under its name, where the engine says when', () => {
    const data = { ...desired('data', { type: 'volume', name: 'data', config: {} }), adopted: true };
    const isAdopted = (born: string | null, recorded: readonly string[]): boolean | undefined =>
      withClaims(found(data, born === null ? {} : { born }), input(data, { recorded: adoptedOf([data], recorded) }))
        .claims[0]?.isAdopted;

    expect(isAdopted('2026-01-01T00:00:00Z', ['data 2026-01-01T00:00:00Z'])).toBe(true);
    expect(isAdopted('2026-01-02T00:00:00Z', ['data 2026-01-01T00:00:00Z'])).toBe(false);
    expect(isAdopted(null, ['data'])).toBe(true);
  });

  it('is of what was set aside from under the name, too', () => {
    const web = claimed();
    const aside = { name: 'shop-web.aside-01abc', id: 'shop-web' };
    const data = { ...desired('data', { type: 'volume', name: 'data', config: {} }), adopted: true };

    const { observations, claims } = withClaims(found(web, aside), input(web, { recorded: adoptedOf([web]) }));

    expect(objectsOf(observations)[0]?.ownership?.address).toBe('service.web');
    expect(claims.map(({ as, isAdopted }) => [as, isAdopted])).toEqual([['shop-web', true]]);
    expect(withClaims(found(web, { ...aside, id: 'another' }), input(web)).claims[0]?.isAdopted).toBe(false);
    expect(withClaims(found(data, { name: 'data.aside-01abc' }), input(data)).claims).toEqual([]);
  });

  it('is none of what carries somebody’s labels, has another name, or is not claimed', () => {
    const web = claimed();
    const theirs = observed(web).ownership;

    for (const [resource, overrides, isExcepted] of [
      [web, { ownership: theirs === null ? null : { ...theirs, owner: 'kim' } }, false],
      [web, { name: 'other' }, false],
      [desired('web', { name: 'shop-web' }), {}, false],
      [desired('web', { name: 'shop-web' }), { name: 'shop-web.aside-01abc' }, false],
      [web, {}, true],
    ] as const) {
      const before = found(resource, overrides);
      const { observations, claims } = withClaims(before, input(resource, { except: () => isExcepted }));

      expect(objectsOf(observations)).toEqual(objectsOf(before));
      expect(claims).toEqual([]);
    }
  });

  it('is known on networks by its key from its next making on, and by its own name in any case', () => {
    const web = claimed();
    const networks = { lab: { aliases: ['known', 'shop-web'], ipv4_address: null }, back: { aliases: [] } };

    const [object] = objectsOf(
      withClaims(found(web, { configured: { networking: { networks } } }), input(web)).observations,
    );

    expect(object?.configured).toEqual({
      networking: { networks: { lab: { aliases: ['known', 'web'], ipv4_address: null }, back: { aliases: ['web'] } } },
    });
  });

  it('takes for the content of a mounted file what was applied first, else what is declared', () => {
    const mounted = (content: string | null): JsonObject => ({
      storage: { volumes: { '/a': { host_path: '/x', content } } },
    });
    const web = claimed(mounted('sha256:new'));
    const before = found(web, { configured: mounted(null) });
    const recorded = recordedOf([{ ...web, config: mounted('sha256:old') }]);

    expect(objectsOf(withClaims(before, input(web)).observations)[0]?.configured).toEqual(mounted('sha256:new'));
    expect(objectsOf(withClaims(before, input(web, { recorded })).observations)[0]?.configured).toEqual(
      mounted('sha256:old'),
    );
  });
});
