import { describe, expect, it } from 'vitest';
import { edgeComments, type Neighbour } from '../../../../src/manifest/import/edges.ts';

function neighbour(key: string, overrides: Partial<Neighbour> = {}): Neighbour {
  return { key, names: [key], networks: ['lab'], hasCheck: false, variables: {}, dependencies: {}, ...overrides };
}

function edges(service: Neighbour, ...others: readonly Neighbour[]): readonly string[] {
  return (
    edgeComments([service, ...others], (key) => others.find((one) => one.key === key)?.key ?? null)[service.key] ?? []
  );
}

describe('who needs whom', () => {
  it('is what Compose wrote down, with its conditions', () => {
    const dependencies = { 'service.db': { condition: 'service_healthy' }, 'service.gone': {} };

    expect(edges(neighbour('web', { dependencies }), neighbour('db'))).toEqual([
      'dependencies: { db: { condition: service_healthy } }',
      'db: as Compose had it',
    ]);
  });

  it.each([
    ['URL', 'postgres://shop@db:5432/x'],
    ['URLS', 'http://a/,http://db/'],
    ['PEERS', 'other:1,db:5432'],
    ['DB_HOST', 'db'],
    ['SERVERS', 'x, db'],
  ])('is who is named as a host in %s=%s', (name, value) => {
    const web = neighbour('web', { variables: { [name]: value } });

    expect(edges(web, neighbour('db', { hasCheck: true }))).toEqual([
      'dependencies: { db: { condition: service_healthy } }',
      `db: named in ${name}`,
    ]);
  });

  it.each([
    ['MODE', 'db'],
    ['NOTE', 'the db is slow'],
    ['URL', 'http://dbx/'],
  ])('is not who is named otherwise, as in %s=%s', (name, value) => {
    expect(edges(neighbour('web', { variables: { [name]: value } }), neighbour('db'))).toEqual([]);
  });

  // Whoever read each variable once for each other service would not be done with these today.
  it('is told of very many at once', () => {
    const variables = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`V${index}`, `http://s${index}:80/`]),
    );
    const all = Array.from({ length: 5_000 }, (_, index) => neighbour(`s${index}`, { variables }));

    expect(edgeComments(all, () => null)['s4999']).toHaveLength(41);
  });

  it('is nobody on another network, and never the service itself', () => {
    const web = neighbour('web', { variables: { URL: 'http://web/ http://db/' } });

    expect(edges(web, neighbour('db', { networks: ['other'] }))).toEqual([]);
  });
});
