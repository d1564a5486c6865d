import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../../src/diff/coverage.ts';
import type { Address } from '../../../src/model/address.ts';
import type { Coverage, ListedObject } from '../../../src/model/coverage.ts';
import { driftDocument } from '../../../src/report/drift-document.ts';
import { renderDrift } from '../../../src/report/drift-text.ts';
import { desired, environment, PLAIN, plan } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

function listed(type: ListedObject['type'], name: string, address: Address | null = null, more = {}): ListedObject {
  const ownership =
    address === null
      ? null
      : {
          owner: 'me',
          project: 'shop',
          environment: 'local',
          address,
          checkout: null,
          created_revision: null,
          ...more,
        };
  return { type, name, id: name, ownership };
}

const OTHERS = [
  listed('service', 'ci-web-1', 'service.web', { environment: 'ci' }),
  listed('service', 'kim-web-1', 'service.web', { owner: 'kim', checkout: '/home/kim/shop' }),
];

function covered(...docker: readonly ListedObject[]): Coverage {
  const proxy = desired('proxy', { type: 'network', name: 'proxy', engine: 'docker', external: true });
  return coverageOf({ environment: environment([proxy]), owners: ['me'], listed: new Map([['docker', docker]]) });
}

const MIXED = covered(
  listed('volume', 'old'),
  listed('service', 'stranger'),
  listed('service', 'shop-web-1', 'service.web'),
  listed('network', 'proxy'),
  listed('service', 'another'),
  ...OTHERS,
);

describe('coverage', () => {
  it("counts what is managed and what is nobody's, with what is elsewhere apart, and knows of what is external", () => {
    const document = driftDocument(plan(), MIXED);

    expect(schemaErrors('drift', document)).toEqual([]);
    expect(document).toMatchObject({
      coverage: {
        managed: 1,
        unmanaged: 3,
        elsewhere: 2,
        ratio: 0.25,
        engines: [{ engine: 'docker', managed: 1, unmanaged: 3, elsewhere: 2, ratio: 0.25 }],
      },
      unmanaged: [
        { engine: 'docker', type: 'service', name: 'another', id: 'another' },
        { engine: 'docker', type: 'service', name: 'stranger', id: 'stranger' },
        { engine: 'docker', type: 'volume', name: 'old', id: 'old' },
      ],
      elsewhere: [
        { name: 'ci-web-1', environment: 'ci', address: 'service.web', checkout: null },
        { name: 'kim-web-1', environment: 'local', address: 'service.web', checkout: '/home/kim/shop' },
      ],
    });
  });

  it('is no figure where there is nothing, and null where nobody looked', () => {
    expect(driftDocument(plan(), covered())).toMatchObject({ coverage: { ratio: null } });
    expect(driftDocument(plan())).toMatchObject({ coverage: null, unmanaged: [], elsewhere: [] });
    expect(schemaErrors('drift', driftDocument(plan(), covered()))).toEqual([]);
  });

  it('is one line for people, and a list for those who ask for all', () => {
    expect(renderDrift(plan(), PLAIN, MIXED).split('\n\n')[0]).toBe(
      'Unmanaged:\n  docker: 2 containers, 1 volume in no manifest;\n' +
        '      coverage 25 % (1 of 4); 2 of other environments or checkouts; --verbose lists them',
    );
    expect(renderDrift(plan(), { ...PLAIN, verbose: true }, MIXED).split('\n\n')[0]).toBe(
      [
        'Unmanaged:',
        '  docker: 2 containers, 1 volume in no manifest; coverage 25 % (1 of 4); 2 of other environments or checkouts',
        '    container another',
        '    container stranger',
        '    volume old',
        '    container ci-web-1 (ci/service.web)',
        '    container kim-web-1 (local/service.web of /home/kim/shop)',
      ].join('\n'),
    );
  });

  it('says nothing to people where nothing is unmanaged', () => {
    expect(renderDrift(plan(), PLAIN, covered(listed('service', 'a', 'service.a'), ...OTHERS))).toBe(
      renderDrift(plan(), PLAIN),
    );
  });

  it('shows hostile names as text', () => {
    const evil = 'x\u001b[2J\n\u202ey';
    const text = renderDrift(
      plan(),
      { ...PLAIN, verbose: true },
      covered(
        listed('volume', evil),
        listed('service', evil, 'service.a', { owner: 'kim', environment: evil, checkout: evil }),
      ),
    );

    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).not.toContain('\ny');
  });

  it("takes what is declared as somebody else's for known on its own engine alone, under whatever name that is listed", () => {
    const proxy = desired('proxy', { type: 'network', name: 'proxy', engine: 'b', external: true });
    const namesakes = new Map(['a', 'c'].map((engine) => [engine, [listed('network', 'proxy')]]));

    const { unmanaged } = coverageOf({
      environment: environment([proxy]),
      owners: ['me'],
      listed: namesakes,
      listedAs: new Map([['b', 'a']]),
    });

    expect(unmanaged.map(({ engine, name }) => [engine, name])).toEqual([['c', 'proxy']]);
  });

  it('counts what another environment claims as of that one, and what this one claims as its own', () => {
    const web = { ...desired('web', { type: 'service', name: 'web', engine: 'docker' }), adopted: true } as const;
    const theirs = { owner: 'me', project: 'rest', environment: 'rest', checkout: null, created_revision: null };

    const { engines, unmanaged, elsewhere } = coverageOf({
      environment: environment([web]),
      owners: ['me'],
      listed: new Map([['docker', ['web', 'c1', 'intruder'].map((name) => listed('service', name))]]),
      claims: new Map([['docker service c1', { ...theirs, address: 'service.c1' }]]),
    });

    expect(engines).toEqual([{ engine: 'docker', managed: 1, elsewhere: 1, unmanaged: 1 }]);
    expect(unmanaged.map(({ name }) => name)).toEqual(['intruder']);
    expect(elsewhere.map(({ name, ownership }) => [name, ownership?.environment, ownership?.address])).toEqual([
      ['c1', 'rest', 'service.c1'],
    ]);
  });
});
