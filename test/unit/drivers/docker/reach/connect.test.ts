/** Connections that are made all day: the engine is asked where a container is only where that may have changed. */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import type { Endpoint } from '../../../../../src/drivers/docker/connection/endpoint.ts';
import type { Ear } from '../../../../../src/drivers/docker/observe/ear.ts';
import { connectTo } from '../../../../../src/drivers/docker/reach/connect.ts';
import { KnownPlaces } from '../../../../../src/drivers/docker/reach/known-places.ts';
import { placesEar, placesOf } from '../../../../../src/drivers/docker/reach/shared-places.ts';
import { eventually } from '../../../../support/eventually.ts';
import { OLD, RIGID } from '../engine-facts.ts';
import { FakeReader } from '../observe/fake-reader.ts';
import { container, EXITED, idOf } from '../observe/fixtures.ts';

const NEVER = new AbortController().signal;
const WEB = { type: 'service', name: 'shop-web-1' } as const;
const HERE: Endpoint = { kind: 'unix', path: '/run/fake.sock', text: 'unix:///run/fake.sock', source: 'test' };

class Reader extends FakeReader {
  known: DockerFacts = OLD;
  /** While it is there, nothing is answered before it ends. */
  frozen: PromiseWithResolvers<void> | null = null;

  override async facts(): Promise<DockerFacts> {
    await this.frozen?.promise;
    return this.known;
  }

  override async container(name: string): Promise<ContainerInspect | null> {
    const found = super.container(name);
    await this.frozen?.promise;
    return found;
  }

  freeze(): void {
    this.frozen = Promise.withResolvers();
  }

  thaw(): void {
    this.frozen?.resolve();
    this.frozen = null;
  }
}

let reader: Reader;
let places: KnownPlaces;
let ear: Ear;
let now: number;
let opened: AsyncDisposableStack;

beforeEach(() => {
  reader = new Reader();
  now = 0;
  places = new KnownPlaces(() => now);
  ear = places.ear();
  ear.opened();
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

/** Somebody who listens on a port of this machine, and takes whatever comes. */
async function listener(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.defer(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { port: (server.address() as AddressInfo).port, server };
}

/** The container as the engine has it from now on: it publishes its port 80 there. */
function publishedOn(port: number, id = idOf('web')): void {
  const ports = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] };
  const found = container(WEB.name);
  reader.inspects = [{ ...found, Id: id, NetworkSettings: { ...found.NetworkSettings, Ports: ports } }];
}

/** The port that a connection led to. */
async function connected(
  to: { readonly endpoint?: Endpoint; readonly listening?: boolean; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const { endpoint = HERE, listening = true, signal = NEVER } = to;
  const stream = await connectTo({ reader, endpoint, places: listening ? places : null }, WEB, { port: 80 }, signal);
  const port = 'remotePort' in stream ? Number(stream.remotePort) : 0;
  stream.destroy();
  return port;
}

function asked(): number {
  return reader.calls.filter((call) => call.startsWith('container ')).length;
}

function event(action: string, id: string): Parameters<Ear['heard']>[0] {
  return { Type: 'container', Action: action, Actor: { ID: id } };
}

describe('connections to a container', () => {
  it('ask once where it is while nothing is heard of it, and of others as often as they like', async () => {
    const { port } = await listener();
    publishedOn(port);

    for (let round = 0; round < 10; round += 1) {
      expect(await connected()).toBe(port);
      ear.heard(event('die', idOf('another')));
    }

    expect(asked()).toBe(1);
  });

  it('ask anew once anything is heard of it, and never go where it was before', async () => {
    const [first, second] = [await listener(), await listener()];
    publishedOn(first.port);
    await connected();

    publishedOn(second.port);
    ear.heard(event('start', idOf('web')));

    expect(await connected()).toBe(second.port);
    ear.heard({
      Type: 'network',
      Action: 'disconnect',
      Actor: { ID: 'a-network', Attributes: { container: idOf('web') } },
    });
    publishedOn(first.port);
    expect(await connected()).toBe(first.port);
    expect(asked()).toBe(3);
  });

  it('say that it does not run as soon as its end was heard, although its old port answers', async () => {
    const { port } = await listener();
    publishedOn(port);
    await connected();
    reader.inspects = [container(WEB.name, { state: EXITED })];

    ear.heard(event('die', idOf('web')));

    await expect(connected()).rejects.toMatchObject({ code: 'not_running' });
  });

  it('ask anew where the connection fails', async () => {
    const [first, second] = [await listener(), await listener()];
    publishedOn(first.port);
    await connected();
    await new Promise((resolve) => first.server.close(resolve));
    publishedOn(second.port);

    expect(await connected()).toBe(second.port);
    expect(asked()).toBe(2);
  });

  it('keep nothing of what changed while it was asked for', async () => {
    const { port } = await listener();
    publishedOn(port);
    const inspect = reader.container.bind(reader);
    reader.container = async (name) => {
      const found = await inspect(name);
      ear.heard(event('restart', idOf('web')));
      return found;
    };

    await connected();
    await connected();

    expect(asked()).toBe(2);
  });

  it('give up one that came about while something was heard of the container', async () => {
    const [first, second] = [await listener(), await listener()];
    publishedOn(first.port);
    await connected();

    const next = connected();
    // It is under way by then, and no turn of the event loop has passed in which it could have come about.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    publishedOn(second.port);
    ear.heard(event('start', idOf('web')));

    expect(await next).toBe(second.port);
  });

  it('ask each time where nobody listens any more, or did meanwhile without a gap', async () => {
    const { port } = await listener();
    publishedOn(port);
    await connected();

    ear.lost();
    await connected();
    await connected();
    expect(asked()).toBe(3);
    ear.opened();
    await connected();
    await connected();
    expect(asked(), 'kept again').toBe(4);
    await connected({ listening: false });
    expect(asked()).toBe(5);
  });

  it('rest on the stream under which it was asked for, and not on one that came later', async () => {
    const { port } = await listener();
    publishedOn(port);
    await connected();

    const later = places.ear();
    later.opened();
    later.lost();
    await connected();
    expect(asked(), 'another one was lost').toBe(1);
    later.opened();
    ear.lost();
    await connected();
    expect(asked()).toBe(2);
  });

  it('ask at the latest after a minute, each time on another machine, and each time of Podman', async () => {
    const { port } = await listener();
    publishedOn(port);
    await connected();

    now += 60_000;
    await connected();
    expect(asked()).toBe(2);
    ear.lost();
    ear.opened();
    reader.known = RIGID;
    await connected();
    await connected();
    expect(asked()).toBe(4);
    reader.known = OLD;
    const found = container(WEB.name);
    const ports = { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: String(port) }] };
    reader.inspects = [{ ...found, NetworkSettings: { ...found.NetworkSettings, Ports: ports } }];
    const there: Endpoint = {
      kind: 'tcp',
      host: '127.0.0.1',
      port: 2375,
      tls: null,
      text: 'tcp://127.0.0.1:2375',
      source: 'test',
    };
    await connected({ endpoint: there });
    await connected({ endpoint: there });
    expect(asked()).toBe(6);
  });
});

/** Somebody who stops waiting after a moment. */
function soon(): AbortSignal {
  return AbortSignal.timeout(600);
}

describe('connections to a container whose engine does not answer', () => {
  it('go where it was, for as long as nothing is heard of it', async () => {
    const { port } = await listener();
    publishedOn(port);
    await connected();

    reader.freeze();
    now += 60_000;
    for (let round = 0; round < 3; round += 1) {
      expect(await connected()).toBe(port);
      now += 5000;
    }
    expect(asked(), 'one question is under way').toBe(2);
    ear.lost();
    await expect(connected({ signal: soon() })).rejects.toMatchObject({ code: 'engine_unreachable' });

    reader.thaw();
    ear.opened();
    expect(await connected()).toBe(port);
  });

  it('go elsewhere as soon as the engine says so', async () => {
    const [first, second] = [await listener(), await listener()];
    publishedOn(first.port);
    await connected();
    reader.freeze();
    now += 60_000;
    expect(await connected()).toBe(first.port);

    publishedOn(second.port);
    ear.heard(event('start', idOf('web')));
    reader.thaw();

    expect(await connected()).toBe(second.port);
  });

  it('say that the engine does not answer, where nobody knows where it is, and where nobody listens there', async () => {
    const { port, server } = await listener();
    publishedOn(port);
    reader.freeze();
    await expect(connected({ signal: soon() })).rejects.toMatchObject({ code: 'engine_unreachable' });
    reader.thaw();
    await connected();

    reader.freeze();
    now += 60_000;
    await new Promise((resolve) => server.close(resolve));

    await expect(connected({ signal: soon() })).rejects.toMatchObject({ code: 'engine_unreachable' });
    now += 5000;
    await expect(connected({ signal: soon() })).rejects.toMatchObject({ code: 'engine_unreachable' });
    await expect(connected({ listening: false, signal: soon() })).rejects.toMatchObject({ code: 'engine_unreachable' });
    server.listen(port, '127.0.0.1');
    await eventually(async () => (await connected({ signal: soon() }).catch(() => 0)) === port, 'it is tried again');
  });

  it('keep what the engine said after somebody had stopped waiting for it', async () => {
    const { port } = await listener();
    publishedOn(port);
    reader.freeze();
    await expect(connected({ signal: soon() })).rejects.toMatchObject({ code: 'engine_unreachable' });

    reader.thaw();
    expect(await connected()).toBe(port);
    expect(asked()).toBe(1);
  });
});

describe('what is known of the places of an engine', () => {
  it('is shared by all who listen to it, and gone with the last of them', () => {
    const [one, other] = [placesEar('engine a'), placesEar('engine a')];
    expect(placesOf('engine a')).toBeNull();

    one.opened();
    other.opened();
    const shared = placesOf('engine a');
    one.lost();

    expect(shared).not.toBeNull();
    expect(placesOf('engine a')).toBe(shared);
    expect(placesOf('engine b')).toBeNull();
    other.lost();
    other.lost();
    expect(placesOf('engine a')).toBeNull();
    one.opened();
    expect(placesOf('engine a')?.isListening).toBe(true);
    one.lost();
  });
});
