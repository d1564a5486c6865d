import { expect, it } from 'vitest';
import type { Observer } from '../../../src/drivers/driver.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { Observation } from '../../../src/model/observed.ts';
import { EngineSight } from '../../../src/serve/engine-sight.ts';
import { environment } from '../../support/builders.ts';
import { SEALER } from '../../support/sealer.ts';
import { NOTHING_RECORDED } from '../../../src/model/observed.ts';
import { never } from '../git/scratch-repo.ts';

const KNOWN: Observation = { status: 'known', engine: 'docker', facts: { kind: 'any', version: '1' }, objects: [] };
const DECLARATION = { name: 'docker', driver: 'docker', settings: {} };
const REQUEST = {
  environment: environment([]),
  recorded: NOTHING_RECORDED,
  owners: [],
  drivers: { names: [], load: () => Promise.resolve(null) },
  sealer: SEALER,
  models: new Map(),
};

function sight(observeAgain: NonNullable<Observer['observeAgain']>): EngineSight {
  const observer: Partial<Observer> = {
    observe: () => Promise.resolve(KNOWN),
    observeAgain,
    close: () => Promise.resolve(),
  };
  const nothing = (): undefined => undefined;
  return new EngineSight({
    name: 'docker',
    identity: 'docker',
    open: () => Promise.resolve(observer as Observer),
    listener: { heard: nothing, heardLast: nothing, lost: nothing, back: nothing },
  });
}

it('who asks beside the daemon is not told that the daemon let go of an engine', async () => {
  const { promise, reject } = Promise.withResolvers<Observation>();
  const one = sight(() => promise);
  await one.look({ request: REQUEST, declaration: DECLARATION, isHeard: false, isNeeded: true }, never);

  const asked = one.lookAgain({ request: REQUEST, declaration: DECLARATION }, never);
  await one[Symbol.asyncDispose]();
  reject(new TrueupError('interrupted', 'the connection is closed'));

  expect(await asked).toBeNull();
});

it('who asks beside the daemon is told why they were interrupted themselves', async () => {
  const mine = new AbortController();
  const one = sight((_, signal) => {
    mine.abort(new TrueupError('interrupted', 'Ctrl-C'));
    return Promise.reject(signal.reason as Error);
  });
  await one.look({ request: REQUEST, declaration: DECLARATION, isHeard: false, isNeeded: true }, never);

  const asked = one.lookAgain({ request: REQUEST, declaration: DECLARATION }, mine.signal);

  await expect(asked).rejects.toMatchObject({ message: 'Ctrl-C' });
});
