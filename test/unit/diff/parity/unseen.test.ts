import { describe, expect, it } from 'vitest';
import type { Address } from '../../../../src/model/address.ts';
import type { ParityPair, ParitySide, UnknownPart } from '../../../../src/model/parity.ts';
import { lines, needs, parityOf, port, resource, side } from '../../../support/parity/sides.ts';

const ENGINES = [{ name: 'far', driver: 'docker', version: null }] as const;

function down(of: 'source' | 'target', ...addresses: readonly Address[]): UnknownPart {
  return { side: of, engine: 'far', reason: 'connection refused', addresses };
}

function mistaken(of: 'source' | 'target', ...addresses: readonly Address[]): UnknownPart {
  return { side: of, engine: null, reason: 'a.yaml:1:1: no image', addresses };
}

/** As it runs, in `staging`. */
function observed(resources: readonly Address[], ...unknown: readonly UnknownPart[]): ParitySide {
  const seen = resources.map((address) => resource(address));
  return side(seen, { origin: 'observed', environment: 'staging', label: 'staging', engines: ENGINES, unknown });
}

function declared(...addresses: readonly Address[]): ParitySide {
  return side(addresses.map((address) => resource(address, { container: { image: `acme/${address}:1` } })));
}

function told(source: ParitySide, target: ParitySide, pairs: readonly ParityPair[] = []) {
  const { summary, overall_status, metadata, ...report } = parityOf(source, target, {
    mode: 'runtime',
    settings: { pairs },
  });
  return {
    differences: lines({ ...report, summary, overall_status, metadata }),
    status: overall_status,
    services: summary.total_services,
    score: metadata.score,
    unknown: metadata.unknown.map(({ addresses }) => addresses),
  };
}

describe('what an engine that does not answer may have', () => {
  it('is unknown and not missing, also where nobody knows what belongs there', () => {
    const all = { differences: [], status: 'minor_differences', services: 2, score: null } as const;
    const addresses = ['service.db', 'service.web', 'volume.data'] as const;

    expect(told(observed([], down('source')), declared(...addresses))).toEqual({ ...all, unknown: [addresses] });
    expect(told(declared(...addresses), observed([], down('target')))).toEqual({ ...all, unknown: [addresses] });
  });

  it('is only what an engine of that kind can have', () => {
    const process = resource('service.job', {}, { driver: 'process' });
    const { differences, unknown } = told(side([process, resource('service.web')]), observed([], down('target')));

    expect(differences).toEqual(['job missing_in_target error service-missing']);
    expect(unknown).toEqual([['service.web']]);
  });

  it('is nothing of a side whose engines all answer', () => {
    expect(told(declared('service.web'), observed([])).differences).toEqual([
      'web missing_in_target error service-missing',
    ]);
  });

  it('has the name that people have settled', () => {
    const pairs = [{ left: 'local/service.db', right: 'staging/service.postgres', source: null }];
    const { differences, services, score, unknown } = told(
      declared('service.db', 'service.web'),
      observed(['service.web'], down('target', 'service.postgres')),
      pairs,
    );

    expect([differences.filter((line) => line.startsWith('db') || line.startsWith('postgres')), services]).toEqual([
      [],
      2,
    ]);
    expect([score, unknown]).toEqual([0, [['service.postgres']]]);
  });

  it('is known to its dependants by the name that people have settled', () => {
    const pairs = [{ left: 'local/service.db', right: 'staging/service.postgres', source: null }];
    const api = (db: string) => resource('service.api', {}, { dependencies: needs(db) });
    const target = {
      ...observed([], down('target', 'service.postgres')),
      resources: side([api('postgres')]).resources,
    };

    expect(told(side([api('db'), resource('service.db')]), target, pairs).differences).toEqual([]);
  });

  it('is counted once, whether one side or both could not be looked at', () => {
    const source = observed([], down('source', 'service.web', 'service.db'));
    const target = observed([], down('target', 'service.web', 'service.cache'));

    expect(told(source, target)).toEqual({
      differences: [],
      status: 'minor_differences',
      services: 3,
      score: null,
      unknown: [
        ['service.db', 'service.web'],
        ['service.cache', 'service.web'],
      ],
    });
  });
});

describe('what is declared with mistakes', () => {
  it('is all that is unknown of manifests, but for services that may have its name over there', () => {
    const source = declared('service.web', 'service.db', 'volume.data');
    const target = (...addresses: readonly Address[]): ParitySide => ({
      ...declared('service.web'),
      unknown: [mistaken('target', ...addresses)],
    });

    const known = told(source, target('service.db'));
    expect(known.differences).toEqual(['volume.data missing_in_target warning volume-missing']);
    expect([known.services, known.score, known.unknown]).toEqual([2, 0.5, [['service.db']]]);
    // `db` may be what is called `postgres` there.
    const renamed = told(source, target('service.postgres'));
    expect(renamed.differences).toEqual(['volume.data missing_in_target warning volume-missing']);
    expect(renamed.unknown).toEqual([['service.db', 'service.postgres']]);
  });
});

describe('the score', () => {
  it('is null where nothing is known of all that may be there, and 1 where there is nothing', () => {
    expect(told(observed([], down('source')), observed([], down('target'))).score).toBeNull();
    expect(told(observed([]), observed([])).score).toBe(1);
  });

  it('has what nobody could look at in the union', () => {
    expect(told(declared(), declared()).score).toBe(1);
    expect(told(observed(['service.a']), observed(['service.a'], down('target', 'service.b'))).score).toBe(0.5);
  });
});

describe('a guess', () => {
  const web = { networking: { ports: { '80/tcp': port(80, 80) } }, container: { command: ['serve'] } };

  it('is a warning of its own until people settle it, in every mode', () => {
    const [source, target] = [
      side([resource('service.cache')]),
      side([resource('service.queue')], { label: 'b', environment: 'b' }),
    ];
    const report = (mode: 'semantic' | 'structural' | 'runtime', pairs: readonly ParityPair[] = []) =>
      parityOf(source, target, { mode, settings: { pairs } });

    for (const mode of ['semantic', 'structural', 'runtime'] as const) {
      const { overall_status: status, metadata, summary } = report(mode);
      expect([lines(report(mode)), status, metadata.score, summary.services_with_differences]).toEqual([
        ['cache $ warning guessed-pair'],
        'minor_differences',
        0,
        1,
      ]);
    }
    const settled = report('semantic', [{ left: 'local/service.cache', right: 'b/service.queue', source: null }]);
    expect([settled.overall_status, settled.metadata.score]).toEqual(['identical', 1]);
  });

  it('is none where enough speaks for it', () => {
    const [source, target] = [side([resource('service.front', web)]), side([resource('service.web', web)])];

    expect(lines(parityOf(source, target))).toEqual([]);
    expect(parityOf(source, target).service_diffs[0]?.metadata.confidence).toBe(0.77);
  });
});
