import { describe, expect, it } from 'vitest';
import type { Driver, DriverRegistry, Observer } from '../../../src/drivers/driver.ts';
import { processDriver } from '../../../src/drivers/process/index.ts';
import { observeEnvironment, scopeOf } from '../../../src/flow/observe.ts';
import { NOTHING_RECORDED } from '../../../src/model/observed.ts';
import { desired, environment } from '../../support/builders.ts';
import { SEALER } from '../../support/sealer.ts';

const ENGINES = ['good', 'bad'].map((name) => ({ name, driver: name, settings: {} }));
const FACTS = { kind: 'any', version: '1' };

/** A driver whose observer answers so, and says when it is closed. */
function driver(observe: Observer['observe'], closed: () => void): Driver {
  async function* nothing(): AsyncGenerator<never> {}
  const close = async (): Promise<void> => closed();
  const observer: Observer = { observe, events: nothing, logs: nothing, close };
  return { ...processDriver, observer: () => Promise.resolve(observer) };
}

describe('a look at the engines of an environment', () => {
  it('closes every connection where one look breaks off, also those whose look ends later', async () => {
    const [broke, closed] = [Promise.withResolvers<undefined>(), new Set<string>()];
    const drivers = new Map<string, Driver>([
      [
        'good',
        driver(
          async () => {
            await broke.promise;
            return { status: 'known', engine: 'good', facts: FACTS, objects: [] };
          },
          () => closed.add('good'),
        ),
      ],
      [
        'bad',
        driver(
          () => {
            setImmediate(() => broke.resolve(undefined));
            return Promise.reject(new Error('a defect'));
          },
          () => closed.add('bad'),
        ),
      ],
    ]);
    const registry: DriverRegistry = { names: [...drivers.keys()], load: async (name) => drivers.get(name) ?? null };
    const request = {
      environment: environment([desired('web', { engine: 'good' })], {
        engines: Object.fromEntries(ENGINES.map((engine) => [engine.name, engine])),
      }),
      recorded: NOTHING_RECORDED,
      owners: ['me'],
      drivers: registry,
      sealer: SEALER,
      models: new Map(ENGINES.map(({ name }) => [name, processDriver.model])),
    };

    await expect(observeEnvironment(request, new AbortController().signal)).rejects.toThrow('a defect');

    expect(closed).toEqual(new Set(['good', 'bad']));
  });
});

it('what was made on an engine is known by its names, though it is declared no more', () => {
  const record = { config: {}, revision: null, unfinished: false };
  const recorded = {
    ...NOTHING_RECORDED,
    resources: {
      'cluster.old': { ...record, engine: 'good', name: 'shop-old' },
      'cluster.other': { ...record, engine: 'bad', name: 'shop-other' },
    },
  };
  const request = { environment: environment([]), recorded, owners: ['me'] };

  const scope = scopeOf(request, 'good');

  expect(scope.recorded).toEqual({ cluster: ['shop-old'] });
  expect(scope.names).toEqual({});
});
