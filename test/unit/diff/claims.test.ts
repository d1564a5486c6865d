import { describe, expect, it } from 'vitest';
import { claimedNames, type ClaimsInput, withClaims } from '../../../src/diff/claims.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject } from '../../../src/model/observed.ts';
import { desired, environment } from '../../support/builders.ts';
import { observed, recordedOf } from '../../support/planning.ts';
import { SEALER } from '../../support/sealer.ts';

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
    sealer: SEALER,
    ...overrides,
  };
}

function objectsOf(observations: ReadonlyMap<string, Observation>): readonly ObservedObject[] {
  return [...observations.values()].flatMap((one) => (one.status === 'known' ? one.objects : []));
}

describe('a claim', () => {
  it('makes ours what has the name and nobody’s labels, and says that it waits for a person', () => {
    const web = claimed();

    const { observations, unadopted } = withClaims(found(web), input(web));

    expect(objectsOf(observations)[0]?.ownership).toEqual({
      owner: 'me',
      project: 'shop',
      environment: 'local',
      address: 'service.web',
      checkout: null,
      created_revision: null,
    });
    expect(unadopted).toEqual(['service.web']);
  });

  it('waits for nobody once it was applied', () => {
    const web = claimed();

    expect(withClaims(found(web), input(web, { recorded: recordedOf([web]) })).unadopted).toEqual([]);
    const elsewhere = recordedOf([{ ...web, name: 'another' }]);
    expect(withClaims(found(web), input(web, { recorded: elsewhere })).unadopted).toEqual(['service.web']);
  });

  it('is none of what carries somebody’s labels, has another name, or is not claimed', () => {
    const web = claimed();
    const theirs = observed(web).ownership;

    for (const [resource, overrides, excepted] of [
      [web, { ownership: theirs === null ? null : { ...theirs, owner: 'kim' } }, []],
      [web, { name: 'other' }, []],
      [desired('web', { name: 'shop-web' }), {}, []],
      [web, {}, ['service.web']],
    ] as const) {
      const before = found(resource, overrides);
      const { observations, unadopted } = withClaims(before, input(resource, { except: new Set(excepted) }));

      expect(objectsOf(observations)).toEqual(objectsOf(before));
      expect(unadopted).toEqual([]);
    }
  });

  it('seals what is declared as a secret, and nothing else', () => {
    const web = claimed({
      environment_variables: { TOKEN: SEALER.seal('t'), MODE: 'x' },
      container: { command: ['run', SEALER.seal('t')] },
    });
    const configured = {
      environment_variables: { TOKEN: 'other', MODE: 'x', EXTRA: 'y' },
      container: { command: ['run', 't'] },
    };

    const [object] = objectsOf(withClaims(found(web, { configured }), input(web)).observations);

    expect(object?.configured).toEqual({
      environment_variables: { TOKEN: SEALER.seal('other'), MODE: 'x', EXTRA: 'y' },
      container: { command: ['run', SEALER.seal('t')] },
    });
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

  it('tells steps what they may touch, by engine', () => {
    const web = claimed();

    expect(claimedNames(environment([web, desired('db')]), 'process')).toEqual({ 'service shop-web': 'service.web' });
    expect(claimedNames(environment([web]), 'other')).toEqual({});
  });
});
