/** Looks that need not inspect what is held: whatever the world does, they see what a look that knows nothing sees. */
import { array, assert, asyncProperty, constant, constantFrom, oneof, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as wire from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { dockerObserver } from '../../../../../src/drivers/docker/observe/observer.ts';
import type { Observer } from '../../../../../src/drivers/driver.ts';
import type { Scope } from '../../../../../src/drivers/scope.ts';
import type { Observation } from '../../../../../src/model/observed.ts';
import { eventually } from '../../../../support/eventually.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { FakeReader, LOST } from './fake-reader.ts';
import { container, EXITED, idOf, image, network, ours, volume } from './fixtures.ts';

const NEVER = new AbortController().signal;
const KEYS = ['a', 'b', 'c'] as const;
const SCOPE: Scope = {
  owners: ['me'],
  project: 'shop',
  environment: 'local',
  names: { service: KEYS.map((key) => `shop-${key}`), image: ['app:1'] },
};

type Key = (typeof KEYS)[number];
type Inspect = { -readonly [K in keyof wire.ContainerInspect]: wire.ContainerInspect[K] };

/** An engine that tells of what is done to it when it is let, and answers at once to who asks what has happened. */
class World extends FakeReader {
  /** How far its clock is ahead of ours; `null` where it does not say. */
  clock: number | null = 0;
  readonly #past: wire.EventMessage[] = [];
  #onTheirWay: wire.EventMessage[] = [];
  #count = 0;

  constructor() {
    super();
    this.networkList = [network('shop_default', ours('network.default'))];
    this.volumeList = [volume('shop_data', ours('volume.data'))];
    this.imageMap = { 'app:1': image('app:1'), [image('app:1').Id]: image('app:1') };
    this.inspects = KEYS.map((key) => this.#made(key));
  }

  override async containers(): Promise<readonly wire.ContainerSummary[]> {
    const listed = await super.containers();
    return listed.map((summary, index) => {
      const { State: state, NetworkSettings: settings } = this.#at(index);
      const networks = Object.entries(settings.Networks ?? {});
      const shown = networks.map(([name, { EndpointID, NetworkID }]) => [name, { EndpointID, NetworkID }] as const);
      const verdict =
        state.Health === undefined
          ? ''
          : ` (${state.Health?.Status === 'starting' ? 'health: ' : ''}${state.Health?.Status})`;
      return {
        ...summary,
        Status: `Up ${(this.#count += 1)} seconds${verdict}`,
        NetworkSettings: { Networks: Object.fromEntries(shown) },
      };
    });
  }

  /** The slowest of its answers: containers are long inspected by then. */
  override async image(reference: string): Promise<wire.ImageInspect | null> {
    await new Promise((resolve) => setImmediate(resolve));
    return super.image(reference);
  }

  /** To the second, as engines say it. */
  override async now(): Promise<number | null> {
    await super.now();
    return this.clock === null ? null : Math.floor((Date.now() + this.clock) / 1000) * 1000;
  }

  override async past(): Promise<readonly wire.EventMessage[]> {
    await super.past();
    return this.#past.slice(-256);
  }

  /** Those events that are on their way arrive, or the connection is lost with them. */
  async arrive(): Promise<void> {
    for (const message of this.#onTheirWay) this.send(message);
    this.#onTheirWay = [];
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** As by an engine that is started anew. */
  async cut(): Promise<void> {
    this.#onTheirWay = [];
    this.#past.length = 0;
    this.send(LOST as unknown as wire.EventMessage);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Changes a container as the engine would, and tells of it, where there is an action. */
  do(key: Key, action: string | null, change: (one: Inspect, times: number) => void): void {
    const found = this.inspects.findIndex(({ Config }) => Config.Labels === LABELS[key]);
    const one: Inspect = { ...this.#at(found) };
    change(one, (this.#count += 1));
    this.inspects[found] = one;
    if (action !== null) this.#happened('container', action, one.Id);
  }

  isRunning(key: Key): boolean {
    return this.inspects.some(({ Config, State }) => Config.Labels === LABELS[key] && State.Running);
  }

  replaced(key: Key): void {
    this.inspects = this.inspects.filter(({ Config }) => Config.Labels !== LABELS[key]);
    this.inspects.push({ ...this.#made(key), Id: idOf(`${key}${(this.#count += 1)}`) });
  }

  #happened(type: string, action: string, id: string): void {
    // Numbers of this size are 256 apart: two events of one moment are a thousandth of a millisecond apart, as real ones are.
    const timeNano = Date.now() * 1e6 + 1000 * (this.#count += 1);
    const message = { Type: type, Action: action, Actor: { ID: id }, timeNano };
    this.#past.push(message);
    this.#onTheirWay.push(message);
  }

  #made(key: Key): wire.ContainerInspect {
    const networks = { shop_default: { NetworkID: idOf('shop_default'), EndpointID: `first of ${key}` } };
    return container(`shop-${key}`, { labels: LABELS[key], networks });
  }

  #at(index: number): wire.ContainerInspect {
    const found = this.inspects[index];
    if (found === undefined) throw new RangeError('no such container');
    return found;
  }
}

const LABELS = { a: ours('service.a'), b: ours('service.b'), c: ours('service.c') } as const;

/** What the list shows, and what it does not; what engines tell of, and what of nobody is told. */
const ACTS: Readonly<Record<string, (world: World, key: Key) => void>> = {
  limited: (world, key) =>
    world.do(key, 'update', (one, times) => (one.HostConfig = { ...one.HostConfig, Memory: times * 1_048_576 })),
  restarting: (world, key) =>
    world.do(key, 'update', (one, times) => {
      one.HostConfig = { ...one.HostConfig, RestartPolicy: { Name: times % 2 === 0 ? 'always' : 'no' } };
    }),
  killed: (world, key) => world.do(key, 'die', (one) => (one.State = { ...one.State, ...EXITED, ExitCode: 137 })),
  started: (world, key) =>
    world.do(key, 'start', (one, times) => {
      const endpoint = { NetworkID: idOf('shop_default'), EndpointID: `${times}` };
      one.State = { ...container('x').State, StartedAt: new Date(times * 1000).toISOString() };
      one.NetworkSettings = { ...one.NetworkSettings, Networks: { shop_default: endpoint } };
    }),
  'started anew, and nobody told': (world, key) =>
    world.do(key, null, (one, times) => {
      const endpoint = { NetworkID: idOf('shop_default'), EndpointID: `${times}` };
      one.State = { ...container('x').State, StartedAt: new Date(times * 1000).toISOString() };
      one.NetworkSettings = { ...one.NetworkSettings, Networks: { shop_default: endpoint } };
    }),
  renamed: (world, key) => world.do(key, 'rename', (one, times) => (one.Name = `/shop-${key}-${times % 2}`)),
  'under another name on its network': (world, key) =>
    world.do(key, world.isRunning(key) ? 'connect' : null, (one, times) => {
      const { State: state } = one;
      const endpoint = {
        NetworkID: idOf('shop_default'),
        EndpointID: state.Running ? `${times}` : '',
        Aliases: [`n${times}`],
      };
      one.NetworkSettings = { ...one.NetworkSettings, Networks: { shop_default: endpoint } };
    }),
  unhealthy: (world, key) =>
    world.do(key, 'health_status: unhealthy', (one) => {
      one.State = { ...one.State, Health: { Status: 'unhealthy', FailingStreak: 3 } };
    }),
  healthy: (world, key) =>
    world.do(key, 'health_status: healthy', (one) => (one.State = { ...one.State, Health: { Status: 'healthy' } })),
  replaced: (world, key) => world.replaced(key),
  'tagged anew': (world) => {
    const other = image(`app:${world.calls.length}`);
    world.imageMap = { ...world.imageMap, 'app:1': other, [other.Id]: other };
  },
  'on a network that is another one': (world) => {
    world.networkList = [network('shop_default', ours('network.other'), idOf(`net${world.calls.length}`))];
  },
  'on a network with other labels': (world) => {
    world.networkList = [network('shop_default', ours(`network.n${world.calls.length}`))];
  },
};

/** With an observer that is listened through. */
async function listening(world: World): Promise<AsyncDisposable & { readonly observer: Observer; gaps(): number }> {
  const observer = observerOf(world);
  const ended = new AbortController();
  let gaps = 0;
  const listened = (async () => {
    for await (const event of observer.events(SCOPE, ended.signal)) if (event.type === 'gap') gaps += 1;
  })();
  await eventually(() => gaps === 1);
  return {
    observer,
    gaps: () => gaps,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await listened;
    },
  };
}

/** An event of what the look has already inspected, heard before the look ends. */
async function duringALook(world: World, observer: Observer): Promise<void> {
  const looking = observer.observe(SCOPE, NEVER);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  ACTS['limited']?.(world, 'a');
  await world.arrive();
  await looking;
}

function observerOf(reader: FakeReader): Observer {
  return dockerObserver(reader, 'docker', {
    sealer: SEALER,
    notes: new ContentNotes('none', { XDG_STATE_HOME: '/nonexistent' }),
  });
}

function again(observer: Observer): Promise<Observation> {
  return observer.observeAgain?.(SCOPE, NEVER) ?? Promise.reject(new TypeError('it cannot'));
}

function inspected(world: World): number {
  return world.calls.splice(0).filter((call) => call.startsWith('container ')).length;
}

// Elsewhere, engines have clocks of their own.
describe.runIf(process.platform === 'linux')('a second look', () => {
  it('inspects nothing where nothing has happened, and the engine lists what it listed before', async () => {
    const world = new World();
    await using heard = await listening(world);
    const first = await heard.observer.observe(SCOPE, NEVER);
    world.calls.length = 0;

    const second = await again(heard.observer);

    expect(second).toEqual(first);
    const look = ['containers', 'facts', 'image app:1', 'networks', 'past', 'volumes'];
    expect(world.calls.toSorted()).toEqual([...look, 'now'].toSorted());
    world.calls.length = 0;
    await again(heard.observer);
    expect(world.calls.toSorted(), 'its clock was compared').toEqual(look);
  });

  it.each([
    { what: 'is behind', clock: -1500 },
    { what: 'is ahead', clock: 1500 },
    { what: 'nobody knows', clock: null },
  ])('inspects everything of an engine whose clock $what, and asks it for nothing that was', async ({ clock }) => {
    const world = new World();
    world.clock = clock;
    await using heard = await listening(world);
    await heard.observer.observe(SCOPE, NEVER);
    world.calls.length = 0;

    await again(heard.observer);

    expect(world.calls).not.toContain('past');
    expect(inspected(world)).toBe(3);
  });

  it('asks for nothing that was where nothing is held', async () => {
    const world = new World();
    await using heard = await listening(world);

    await again(heard.observer);

    expect(world.calls).not.toContain('past');
    expect(world.calls).not.toContain('now');
  });

  it('inspects what something was heard of, once', async () => {
    const world = new World();
    await using heard = await listening(world);
    await heard.observer.observe(SCOPE, NEVER);
    ACTS['limited']?.(world, 'b');
    await world.arrive();
    world.calls.length = 0;

    await again(heard.observer);
    const [first, second] = [inspected(world), await again(heard.observer).then(() => inspected(world))];

    expect([first, second]).toEqual([1, 0]);
  });

  it('inspects what does not run each time: engines tell little of it, and list less', async () => {
    const world = new World();
    await using heard = await listening(world);
    ACTS['killed']?.(world, 'c');
    await world.arrive();
    await again(heard.observer);
    world.calls.length = 0;

    await again(heard.observer);

    expect(inspected(world)).toBe(1);
  });

  it('inspects everything after a gap, and where nobody listens', async () => {
    const world = new World();
    world.connections = [[], [], []];
    await using heard = await listening(world);
    await heard.observer.observe(SCOPE, NEVER);
    await world.cut();
    await eventually(() => heard.gaps() === 3);
    world.calls.length = 0;

    await again(heard.observer);
    const alone = observerOf(world);
    const afterGap = inspected(world);
    await alone.observe(SCOPE, NEVER);
    world.calls.length = 0;
    await again(alone);

    expect([afterGap, inspected(world)]).toEqual([3, 3]);
  });

  it('sees what a look sees that knows nothing, whatever was done and wherever its events are', async () => {
    const step = oneof(
      { weight: 6, arbitrary: tuple(constantFrom(...Object.keys(ACTS)), constantFrom(...KEYS)) },
      { weight: 4, arbitrary: constantFrom('arrive', 'look', 'limited meanwhile', 'again') },
      { weight: 1, arbitrary: constant('cut') },
    );
    await assert(
      asyncProperty(array(step, { maxLength: 20 }), async (steps) => {
        const world = new World();
        world.connections = Array.from({ length: 30 }, () => []);
        await using heard = await listening(world);
        await heard.observer.observe(SCOPE, NEVER);
        for (const one of [...steps, 'again']) {
          if (Array.isArray(one)) ACTS[one[0]]?.(world, one[1]);
          else if (one === 'arrive') await world.arrive();
          else if (one === 'cut') await world.cut();
          else if (one === 'look') await heard.observer.observe(SCOPE, NEVER);
          else if (one === 'limited meanwhile') await duringALook(world, heard.observer);
          else expect(await again(heard.observer)).toEqual(await observerOf(world).observe(SCOPE, NEVER));
        }
      }),
      { numRuns: 60 },
    );
  });
});
