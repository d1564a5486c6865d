import { expect, it } from 'vitest';
import type { Observer } from '../../../src/drivers/driver.ts';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { Observation } from '../../../src/model/observed.ts';
import { EngineSight } from '../../../src/serve/sight/engine-sight.ts';
import { environment } from '../../support/builders.ts';
import { eventually } from '../../support/eventually.ts';
import { observed, service } from '../../support/planning.ts';
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

it('an engine that is away is looked at again once it says something, and not all the time', async () => {
  const AWAY: Observation = { status: 'unreachable', engine: 'docker', error: 'no socket', provided_by: null };
  const answers: (Observation | Promise<Observation>)[] = [AWAY];
  let say: (event: EngineEvent) => void = () => undefined;
  const observer: Partial<Observer> = {
    observe: async () => (await answers.shift()) ?? KNOWN,
    async *events(_scope, signal) {
      while (!signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<EngineEvent | null>();
        say = resolve;
        signal.addEventListener('abort', () => resolve(null), { once: true });
        const event = await promise;
        if (event !== null) yield event;
      }
    },
    close: () => Promise.resolve(),
  };
  const heard: string[] = [];
  const nothing = (): undefined => undefined;
  await using one = new EngineSight({
    name: 'docker',
    identity: 'docker',
    open: () => Promise.resolve(observer as Observer),
    listener: { heard: (_, { type }) => void heard.push(type), heardLast: nothing, lost: nothing, back: nothing },
  });
  const look = (): Promise<Observation> =>
    one.look({ request: REQUEST, declaration: DECLARATION, isHeard: true, isNeeded: true }, never);
  const says = async (): Promise<void> => {
    const before = heard.length;
    say({ type: 'gap', reason: 'listening again' });
    await eventually(() => heard.length > before);
  };

  expect(await look()).toEqual(AWAY);
  expect(one.isStale).toBe(false);

  const late = Promise.withResolvers<Observation>();
  answers.push(late.promise, AWAY);
  const looking = look();
  await says();
  late.resolve(AWAY);
  await looking;
  expect(one.isStale, 'it came back while it was looked at').toBe(true);

  await look();
  expect(one.isStale).toBe(false);
  await says();
  expect(one.isStale).toBe(true);
  expect(await look()).toEqual(KNOWN);
  expect(one.isStale).toBe(false);
});

it('what has another name by now is not kept under the one that it had', async () => {
  const web = service('web');
  const looks = [[observed(web)], [observed(web, { name: 'zz', id: observed(web).id })]];
  const observer: Partial<Observer> = {
    observe: () => Promise.resolve({ ...KNOWN, objects: looks.shift() ?? [] }),
    events: (_, signal) => quiet(signal),
    close: () => Promise.resolve(),
  };
  const nothing = (): undefined => undefined;
  await using one = new EngineSight({
    name: 'docker',
    identity: 'docker',
    open: () => Promise.resolve(observer as Observer),
    listener: { heard: nothing, heardLast: nothing, lost: nothing, back: nothing },
  });
  const look = { request: REQUEST, declaration: DECLARATION, isHeard: true, isNeeded: true };
  await one.look(look, never);

  one.doubt({ type: 'service', name: 'zz' });
  const seen = await one.look(look, never);

  expect(seen.status === 'known' && seen.objects.map(({ name }) => name)).toEqual(['zz']);
});

async function* quiet(signal: AbortSignal): AsyncGenerator<EngineEvent> {
  yield* [];
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
