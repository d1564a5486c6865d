import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { ParityPair, ParityResource, ServiceDiff } from '../../../../src/model/parity.ts';
import { addressOf } from '../../../../src/model/address.ts';
import { lines, needs, parityOf, port, resource, side } from '../../../support/parity/sides.ts';

function service(key: string, image: string, more: JsonObject = {}, dependencies: JsonObject = {}): ParityResource {
  const container = more['container'] ?? {};
  return resource(
    addressOf('service', key),
    { ...more, container: { image, ...(container as JsonObject) } },
    { dependencies },
  );
}

function published(inside: number): JsonObject {
  return { networking: { ports: { [`${inside}/tcp`]: port(inside, inside) } } };
}

function pairsOf(
  source: readonly ParityResource[],
  target: readonly ParityResource[],
  pairs: readonly ParityPair[] = [],
): readonly string[] {
  const report = parityOf(side(source), side(target, { environment: 'staging', label: 'staging' }), {
    settings: { pairs },
  });
  return report.service_diffs.map(wordsOf).toSorted();
}

function wordsOf({ service_name: name, status, metadata }: ServiceDiff): string {
  if (metadata.paired_with === undefined) return `${name}: ${status}`;
  return `${name} = ${metadata.paired_with} (${metadata.confidence}: ${metadata.evidence?.join(', ')})`;
}

const DB = service('db', 'postgres:16.2', published(5432));
const POSTGRES = service('postgres', 'mirror.test/library/postgres:16.3', published(5432));

describe('services of two sides', () => {
  it('are paired by their key first, whatever else is more alike', () => {
    expect(pairsOf([service('web', 'acme/a:1')], [service('web', 'acme/b:1'), service('front', 'acme/a:1')])).toEqual([
      'front: missing_in_source',
      'web: different',
    ]);
  });

  it('are one under two names where image, ports and neighbours say so', () => {
    const api = (db: string): ParityResource => service('api', 'acme/api:1', {}, needs(db));

    expect(pairsOf([DB, api('db')], [POSTGRES, api('postgres')])).toEqual([
      'api: identical',
      'db = postgres (0.77: the same image, the same ports, needed by the same services)',
    ]);
  });

  it('are just one for the same image alone, and two where ports or neighbours say otherwise', () => {
    const worker = service('worker', 'acme/worker:1');

    expect(pairsOf([worker], [service('jobs', 'acme/worker:2')])).toEqual(['worker = jobs (0.62: the same image)']);
    expect(pairsOf([worker], [service('jobs', 'acme/worker:2', published(80))])).toEqual([
      'jobs: missing_in_source',
      'worker: missing_in_target',
    ]);
    expect(pairsOf([worker], [service('jobs', 'acme/worker:1', { container: { command: ['jobs'] } })])).toEqual([
      'jobs: missing_in_source',
      'worker: missing_in_target',
    ]);
  });

  it('are never guessed where two are as like', () => {
    expect(
      pairsOf([service('worker', 'acme/w:1')], [service('jobs', 'acme/w:1'), service('mails', 'acme/w:1')]),
    ).toEqual(['jobs: missing_in_source', 'mails: missing_in_source', 'worker: missing_in_target']);
  });

  it('are told apart by neighbours that were paired before them', () => {
    const source = [
      service('a', 'acme/a:1', published(80)),
      service('w1', 'acme/w:1', {}, needs('a')),
      service('w2', 'acme/w:1'),
    ];
    const target = [
      service('b', 'acme/a:1', published(80)),
      service('x1', 'acme/w:1', {}, needs('b')),
      service('x2', 'acme/w:1'),
    ];

    expect(pairsOf(source, target)).toEqual([
      'a = b (0.77: the same image, the same ports, needed by the same services)',
      'w1 = x1 (0.69: the same image, the same dependencies)',
      'w2 = x2 (0.62: the same image)',
    ]);
  });

  it('are local processes by their command', () => {
    const process = (key: string, script: string): ParityResource =>
      resource(addressOf('service', key), { container: null, process: { command: ['node', script] } });

    expect(pairsOf([process('web', 'a.js')], [process('front', 'a.js')])).toEqual([
      'web = front (0.62: the same command)',
    ]);
    expect(pairsOf([process('web', 'a.js')], [process('front', 'b.js')])).toHaveLength(2);
  });

  it('are what people have settled, before the same key and before any likeness', () => {
    const [source, target] = [
      [service('web', 'acme/a:1'), service('api', 'acme/b:1')],
      [service('web', 'acme/a:1'), service('front', 'acme/c:1')],
    ];
    const settled = (left: string, right: string): readonly string[] =>
      pairsOf(source, target, [{ left, right, source: null }]);
    const expected = ['api: missing_in_target', 'web = front (1: settled in trueup.yaml)', 'web: missing_in_source'];

    expect(settled('local/service.web', 'staging/service.front')).toEqual(expected);
    expect(settled('staging/service.front', 'local/service.web')).toEqual(expected);
    expect(settled('local/service.web', 'production/service.front')).toEqual(pairsOf(source, target));
  });

  it('differ in nothing for their names alone: neither in what needs them, nor in their own alias', () => {
    const joined = (alias: string): JsonObject => ({
      ...published(5432),
      networking: { ports: published(5432)['networking'] as JsonObject, networks: { default: { aliases: [alias] } } },
    });
    const [source, target] = [
      service('db', 'postgres:16.2', joined('db')),
      service('pg', 'postgres:16.2', joined('pg')),
    ];
    const api = (db: string): ParityResource => service('api', 'acme/api:1', {}, needs(db));
    const report = parityOf(side([source, api('db')]), side([target, api('pg')]));

    expect(report.summary).toEqual({
      total_services: 2,
      services_identical: 2,
      services_with_differences: 0,
      services_missing_in_source: 0,
      services_missing_in_target: 0,
    });
    expect([report.overall_status, report.metadata.score]).toEqual(['identical', 1]);
  });

  it('are told from what has the same name on the other side, and is something else', () => {
    const pairs = [{ left: 'local/service.web', right: 'staging/service.front', source: null }];
    const [web, api] = [service('web', 'acme/a:1'), service('api', 'acme/api:1', {}, needs('web'))];
    const target = [service('front', 'acme/a:1'), service('web', 'acme/b:1'), api];
    const report = parityOf(side([web, api]), side(target, { environment: 'staging' }), { settings: { pairs } });

    expect(lines(report)).toEqual([
      'web missing_in_source error service-missing',
      "api $['dependencies']['staging/web'] warning dependency-missing",
      "api $['dependencies']['web'] warning dependency-missing",
    ]);
  });

  it('pair the same both ways, in whatever order they come', () => {
    const source = [DB, service('worker', 'acme/w:1'), service('x', 'acme/x:1', {}, needs('db'))];
    const target = [POSTGRES, service('jobs', 'acme/w:1'), service('y', 'acme/x:1', {}, needs('postgres'))];
    const exchanged = (words: readonly string[]): readonly string[] =>
      words.map((word) => word.replace(/^(\S+) = (\S+)/, '$2 = $1')).toSorted();

    expect(pairsOf(source, target)).toHaveLength(3);
    expect(pairsOf(source.toReversed(), target.toReversed())).toEqual(pairsOf(source, target));
    expect(exchanged(pairsOf(target, source))).toEqual(pairsOf(source, target));
  });
});
