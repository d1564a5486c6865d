import { describe, expect, it } from 'vitest';
import { declaredParts } from '../../../../src/flow/parity/declared-parts.ts';
import { idlePairs, pairContradictions } from '../../../../src/flow/parity/pair-problems.ts';
import { assertConsistent } from '../../../../src/flow/parity/settings-problems.ts';
import type { SideParts } from '../../../../src/flow/parity/side-parts.ts';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';
import { InvalidManifestsError } from '../../../../src/model/failure.ts';
import type { ParityPair } from '../../../../src/model/parity.ts';
import { environment, source } from '../../../support/builders.ts';
import { service } from '../../../support/planning.ts';

function pair(left: string, right: string, line = 3): ParityPair {
  return { left, right, source: source(line, 1, 'trueup.yaml') };
}

function said(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ severity, source: at, summary, detail }) => {
    return `${severity} ${at?.start.line}: ${summary}: ${detail}`;
  });
}

function sideOf(name: string, ...keys: readonly string[]): SideParts {
  const parts = declaredParts(environment(keys.map((key) => service(key))), name, '/repo');
  return { ...parts, environment: name, label: name };
}

describe('pairs that contradict each other', () => {
  it('are two that say something else of one service and one environment, whichever side they name first', () => {
    const first = pair('local/service.db', 'staging/service.cache');
    const expected = [
      'error 9: staging/service.cache is local/service.cache here, and local/service.db there (trueup.yaml:3:1): a service is one of the other environment: leave one of the two pairs out',
    ];

    expect(said(pairContradictions([first, pair('local/service.cache', 'staging/service.cache', 9)]))).toEqual(
      expected,
    );
    expect(said(pairContradictions([first, pair('staging/service.cache', 'local/service.cache', 9)]))).toEqual(
      expected,
    );
  });

  it('are none where each is about another environment, or says the same', () => {
    expect(
      pairContradictions([
        pair('local/service.db', 'staging/service.pg'),
        pair('local/service.db', 'production/service.postgres'),
        pair('staging/service.pg', 'local/service.db'),
        pair('local/service.web', 'staging/service.front'),
      ]),
    ).toEqual([]);
  });

  it('stop a comparison, with the line', () => {
    const pairs = [pair('a/service.x', 'b/service.x'), pair('a/service.x', 'b/service.y', 7)];
    const assert = (): void => assertConsistent({ rules: [], waivers: [], pairs });

    expect(assert).toThrow(InvalidManifestsError);
  });
});

describe('pairs that hit nothing', () => {
  const sides = [sideOf('local', 'db', 'web'), sideOf('staging', 'postgres', 'web')];

  it('are told with what may have been meant, and only where both environments are compared', () => {
    const pairs = [
      pair('local/service.db', 'staging/service.postgres'),
      pair('local/service.bd', 'staging/service.web', 4),
      pair('staging/service.gone', 'local/service.web', 5),
      pair('local/service.ghost', 'production/service.ghost', 6),
    ];

    expect(said(idlePairs(pairs, sides))).toEqual([
      'warning 4: the pair hits nothing: local has no service.bd: did you mean "service.db"?',
      'warning 5: the pair hits nothing: staging has no service.gone: leave the pair out, or correct its address',
    ]);
  });

  it('are those that stand there twice', () => {
    const pairs = [
      pair('local/service.db', 'staging/service.postgres'),
      pair('staging/service.postgres', 'local/service.db', 8),
    ];

    expect(said(idlePairs(pairs, sides))).toEqual([
      'warning 8: the pair stands there twice (trueup.yaml:3:1): leave one of the two out',
    ]);
  });

  it('are not those about what nobody could look at', () => {
    const pairs = [pair('local/service.db', 'staging/service.gone')];
    const [local, staging] = sides;
    if (local === undefined || staging === undefined) throw new Error('two sides');
    const withUnknown = (unknown: SideParts['unknown'], origin: SideParts['origin']): readonly string[] =>
      said(idlePairs(pairs, [local, { ...staging, unknown, origin }]));
    const mistake = { engine: null, reason: 'no image' };

    expect(withUnknown([{ ...mistake, addresses: ['service.gone'] }], 'declared')).toEqual([]);
    expect(withUnknown([{ engine: 'docker', reason: 'no route', addresses: [] }], 'observed')).toEqual([]);
    expect(withUnknown([{ ...mistake, addresses: ['service.web'] }], 'declared')).toHaveLength(1);
  });
});
