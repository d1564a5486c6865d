import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { NEWEST } from '../../../../../src/drivers/docker/api/api-version.ts';
import { DEADLINES } from '../../../../../src/drivers/docker/api/deadlines.ts';
import type { EngineReader, EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import { Transport } from '../../../../../src/drivers/docker/api/transport.ts';
import { Writer } from '../../../../../src/drivers/docker/api/writer.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import { eventually } from '../../../../support/eventually.ts';
import { containing } from '../../../../support/matching.ts';
import { byPath, fakeEngine, json, never, pingOf, refusal, silence } from './fake-engine.ts';

const ID = 'f05d7b851e429702a9852ab13254d0f28d5c4451f369c441921434cc2f7176f6';
const VERSION = { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' };

/** Every call that changes something. */
const WRITES: Readonly<
  Record<Exclude<keyof EngineWriter, keyof EngineReader | 'exec'>, (writer: EngineWriter) => Promise<unknown>>
> = {
  createContainer: (writer) => writer.createContainer('web', null, { HostConfig: {} }, never),
  startContainer: (writer) => writer.startContainer(ID, never),
  stopContainer: (writer) => writer.stopContainer(ID, 1, never),
  killContainer: (writer) => writer.killContainer(ID, 'HUP', never),
  pauseContainer: (writer) => writer.pauseContainer(ID, never),
  unpauseContainer: (writer) => writer.unpauseContainer(ID, never),
  renameContainer: (writer) => writer.renameContainer(ID, 'web', never),
  updateContainer: (writer) => writer.updateContainer(ID, {}, never),
  removeContainer: (writer) => writer.removeContainer(ID, { force: false, volumes: false }, never),
  writeArchive: (writer) => writer.writeArchive(ID, '/', Readable.from(['tar']), never),
  createNetwork: (writer) => writer.createNetwork(NETWORK, never),
  removeNetwork: (writer) => writer.removeNetwork(ID, never),
  connectNetwork: (writer) => writer.connectNetwork('net', ID, {}, never),
  disconnectNetwork: (writer) => writer.disconnectNetwork('net', ID, { force: true }, never),
  createVolume: (writer) => writer.createVolume({ Name: 'data', Driver: 'local', DriverOpts: {}, Labels: {} }, never),
  removeVolume: (writer) => writer.removeVolume('data', never),
  tagImage: (writer) => writer.tagImage('app:1', 'kept', 'last', never),
  untagImage: (writer) => writer.untagImage('kept:last', never),
  pull: (writer) => writer.pull('busybox:1', null, null, never),
  createExec: (writer) => writer.createExec(ID, EXEC, never),
  startExec: (writer) => writer.startExec(ID, { Tty: false }, never),
  resizeExec: (writer) => writer.resizeExec(ID, { rows: 1, columns: 1 }, never),
};
const NETWORK = {
  Name: 'net',
  CheckDuplicate: true,
  Driver: 'bridge',
  Internal: false,
  Attachable: false,
  EnableIPv6: false,
  IPAM: { Driver: 'default', Config: [] },
  Options: {},
  Labels: {},
};
const EXEC = { Cmd: ['true'], AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false };

describe('a transport for reading', () => {
  it.each(Object.entries(WRITES))('refuses %s before a byte of it leaves', async (_name, write) => {
    const engine = await fakeEngine(json({}));
    const writer = new Writer(
      new Transport(engine.endpoint, { readOnly: true, connect: DEADLINES.connect }),
      DEADLINES,
    );

    await expect(write(writer)).rejects.toMatchObject({ code: 'internal', message: containing('writes') });

    expect(engine.requests).toEqual(['GET /_ping']);
    await writer.close();
  });
});

it('keeps two connections of all that it made at once', async () => {
  const arrived = new Set<string>();
  const gate = Promise.withResolvers<void>();
  const engine = await fakeEngine((request, response) => {
    arrived.add(request.url ?? '');
    if (arrived.size === 12) gate.resolve();
    void gate.promise.then(() => json({ Id: ID })(request, response));
  });
  // An engine never closes what rests.
  engine.server.keepAliveTimeout = 0;
  const reader = engine.reader();

  await Promise.all(Array.from({ length: 12 }, (_, index) => reader.container(`web-${index}`, never)));

  const open = (): number => engine.connections.filter(({ destroyed }) => !destroyed).length;
  await eventually(
    () => open() === 2,
    () => `two of ${open()} connections`,
  );
  expect(engine.connections.length).toBeGreaterThanOrEqual(12);
  await reader.close();
  await eventually(() => open() === 0, 'the end of the last');
});

describe('the version of the API', () => {
  it('is asked once, by whoever comes first, and spoken from then on', async () => {
    const engine = await fakeEngine(json([]));
    const reader = engine.reader();

    await Promise.all([reader.containers(never), reader.networks(never), reader.images(never)]);

    expect(engine.requests.filter((request) => request === 'GET /_ping')).toHaveLength(1);
    expect(engine.requests.slice(1).every((request) => request.startsWith('GET /v1.41/'))).toBe(true);
  });

  it('is never newer than this client knows', async () => {
    const engine = await fakeEngine(byPath({ '/version': json({ ...VERSION, ApiVersion: '1.99' }) }), pingOf('1.99'));

    expect(await engine.reader().facts(never)).toMatchObject({ api_version: NEWEST, endpoints_at_create: true });

    expect(engine.requests).toContain(`GET /v${NEWEST}/version`);
  });

  it('must not be older than 1.41', async () => {
    const engine = await fakeEngine(json([]), pingOf('1.40'));

    await expect(engine.reader().containers(never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: containing('1.40'),
    });
  });

  it('is asked again after a failure', async () => {
    let asked = 0;
    const engine = await fakeEngine(json([]), (request, response) => {
      asked += 1;
      if (asked === 1) response.destroy();
      else pingOf('1.41')(request, response);
    });
    const reader = engine.reader();

    // A read is tried twice where the connection breaks, the first question is not.
    await expect(reader.containers(never)).rejects.toMatchObject({ code: 'engine_unreachable' });

    expect(await reader.containers(never)).toEqual([]);
  });

  it('is asked again once the engine was lost, for another may come back', async () => {
    let answer = silence;
    let version = '1.41';
    const engine = await fakeEngine(
      (request, response) => (answer === silence ? json([])(request, response) : response.destroy()),
      (request, response) => pingOf(version)(request, response),
    );
    const reader = engine.reader();
    await reader.containers(never);

    [answer, version] = [() => undefined, '1.44'];
    await expect(reader.containers(never)).rejects.toMatchObject({ code: 'engine_unreachable' });
    answer = silence;
    await reader.containers(never);

    expect(engine.requests.at(-1)).toBe('GET /v1.44/containers/json?all=true');
  });
});

describe('the facts', () => {
  it('of Engine 20.10 are those of a Docker without several endpoints and without start intervals', async () => {
    const engine = await fakeEngine(byPath({ '/version': json(VERSION) }));

    expect(await engine.reader().facts(never)).toEqual({
      kind: 'docker',
      version: '20.10.24',
      api_version: '1.41',
      platform: 'linux/amd64',
      endpoints_at_create: false,
      start_interval: false,
      updates_limits: true,
      updates_restart: true,
      health_timers: true,
    });
    expect(engine.requests.some((request) => request.includes('/info'))).toBe(false);
  });

  it.each([
    { version: '4.3.1', driver: 'cgroupfs', updates: false, timers: false },
    { version: '5.0.3', driver: 'systemd', updates: false, timers: true },
    { version: '5.1.0', driver: 'systemd', updates: true, timers: true },
    { version: '6.1.0', driver: 'cgroupfs', updates: true, timers: false },
  ])('of Podman $version with $driver', async ({ version, driver, updates, timers }) => {
    const engine = await fakeEngine(
      byPath({ '/version': json({ ...VERSION, Version: version }), '/info': json({ CgroupDriver: driver }) }),
      pingOf('1.41', { 'Libpod-Api-Version': version }),
    );

    expect(await engine.reader().facts(never)).toMatchObject({
      kind: 'podman',
      version,
      endpoints_at_create: true,
      start_interval: false,
      updates_limits: updates,
      updates_restart: updates,
      health_timers: timers,
    });
  });

  it('are asked once', async () => {
    const engine = await fakeEngine(byPath({ '/version': json(VERSION) }));
    const reader = engine.reader();

    await Promise.all([reader.facts(never), reader.facts(never)]);
    await reader.facts(never);

    expect(engine.requests).toEqual(['GET /_ping', 'GET /v1.41/version']);
  });
});

describe('an inspect', () => {
  const engineOf = (id: string, name: string): ReturnType<typeof fakeEngine> =>
    fakeEngine((request, response) => {
      const isContainer = request.url?.includes('/containers/') === true;
      json({ Id: id, Name: isContainer ? `/${name}` : name })(request, response);
    });

  it.each(['container', 'network'] as const)(
    'finds a %s by its id or its name, and by no part of an id',
    async (kind) => {
      const reader = (await engineOf(ID, 'web')).reader();

      expect(await reader[kind](ID, never)).toMatchObject({ Id: ID });
      expect(await reader[kind]('web', never)).toMatchObject({ Id: ID });
      expect(await reader[kind](ID.slice(0, 12), never)).toBeNull();
    },
  );

  it('of what is not there answers null', async () => {
    const reader = (await fakeEngine(refusal(404, 'No such thing: x'))).reader();

    expect(await reader.container('x', never)).toBeNull();
    expect(await reader.network('x', never)).toBeNull();
    expect(await reader.volume('x', never)).toBeNull();
    expect(await reader.image('x', never)).toBeNull();
  });

  it('sends names as they are, whatever is in them', async () => {
    const engine = await fakeEngine(refusal(404, 'No such thing'));
    const reader = engine.reader();

    await reader.network('a b?c#d%2F', never);
    await reader.image('host:5000/team/app:1.0@sha256:ab', never);

    expect(engine.requests.slice(1)).toEqual([
      'GET /v1.41/networks/a%20b%3Fc%23d%252F',
      'GET /v1.41/images/host:5000/team/app:1.0%40sha256:ab/json',
    ]);
  });
});

describe('a name that is taken off an image', () => {
  it('leaves the images that it was built from, which are the cache of builds', async () => {
    const engine = await fakeEngine(json([]));

    await engine.writer().untagImage('kept:last', never);

    expect(engine.requests.slice(1)).toEqual(['DELETE /v1.41/images/kept:last?noprune=true']);
  });
});

describe('a call that is repeated', () => {
  it.each([
    { call: 'startContainer', status: 304, said: '' },
    { call: 'stopContainer', status: 304, said: '' },
    { call: 'removeContainer', status: 404, said: 'No such container: x' },
    { call: 'removeNetwork', status: 404, said: 'network x not found' },
    { call: 'removeVolume', status: 404, said: 'get x: no such volume' },
    { call: 'untagImage', status: 404, said: 'No such image: x' },
    { call: 'pauseContainer', status: 409, said: 'Container x is already paused' },
    { call: 'pauseContainer', status: 500, said: '"x" is already paused: container state improper' },
    { call: 'unpauseContainer', status: 500, said: 'Container x is not paused' },
    { call: 'disconnectNetwork', status: 500, said: 'container x is not connected to network y' },
    { call: 'disconnectNetwork', status: 404, said: 'endpoint x not found' },
  ] as const)('of $call is done when the engine says $status "$said"', async ({ call, status, said }) => {
    const engine = await fakeEngine(refusal(status, said));

    await WRITES[call](engine.writer());

    expect(engine.requests).toHaveLength(2);
  });

  it('of a removal that another call has begun waits for its end', async () => {
    const engine = await fakeEngine((request, response) => {
      const isRemoval = request.method === 'DELETE';
      (isRemoval ? refusal(409, 'removal of container x is already in progress') : json({ StatusCode: 0 }))(
        request,
        response,
      );
    });

    await WRITES.removeContainer(engine.writer());

    expect(engine.requests.at(-1)).toBe(`POST /v1.41/containers/${ID}/wait?condition=removed`);
  });
});

describe('Podman', () => {
  const podman = pingOf('1.41', { 'Libpod-Api-Version': '5.4.2' });

  it('is told the restart policy with every update, which it would reset', async () => {
    let sent = '';
    const engine = await fakeEngine((request, response) => {
      if (request.method === 'GET') {
        json({ Id: ID, HostConfig: { RestartPolicy: { Name: 'always' } } })(request, response);
        return;
      }
      request.setEncoding('utf8').on('data', (text: string) => (sent += text));
      request.on('end', () => json({})(request, response));
    }, podman);

    await engine.writer().updateContainer(ID, { Memory: 1 }, never);

    expect(JSON.parse(sent)).toEqual({ Memory: 1, RestartPolicy: { Name: 'always' } });
  });

  it('stops what is paused once it is unpaused', async () => {
    let paused = true;
    const engine = await fakeEngine((request, response) => {
      if (request.url?.endsWith('/unpause') === true) paused = false;
      const refused = paused ? refusal(500, 'container x is running or paused, refusing to clean up') : json({}, 204);
      refused(request, response);
    }, podman);

    await WRITES.stopContainer(engine.writer());

    expect(engine.requests.slice(1).map((request) => request.replace(/.*\//, ''))).toEqual([
      'stop?t=1',
      'unpause',
      'stop?t=1',
    ]);
  });
});

describe('a command in a container', () => {
  it('is a connection of its own in both directions, which its signal ends', async () => {
    const engine = await fakeEngine(json({}));
    engine.server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhead ');
      socket.pipe(socket);
    });
    const quit = new AbortController();

    const stream = await engine.writer().startExec(ID, { Tty: true }, quit.signal);
    let heard = '';
    stream.setEncoding('utf8').on('data', (text: string) => (heard += text));
    stream.write('hello');
    await eventually(
      () => heard === 'head hello',
      () => `an echo, heard "${heard}"`,
    );
    quit.abort(new Error('enough'));

    expect(stream.errored).toMatchObject({ message: 'enough' });
    await eventually(() => engine.connections.at(-1)?.destroyed ?? false, 'the end of the connection');
  });

  it('that cannot run is an error in the words of the engine', async () => {
    const engine = await fakeEngine(refusal(409, 'Container x is not running'));

    await expect(engine.writer().startExec(ID, { Tty: false }, never)).rejects.toMatchObject({
      code: 'not_running',
      message: containing('Container x is not running'),
      fields: { status: 409 },
    });
  });
});

it('does not look at the variables that name another engine', async () => {
  const engine = await fakeEngine(json([]));
  const before = { DOCKER_HOST: process.env['DOCKER_HOST'], DOCKER_CERT_PATH: process.env['DOCKER_CERT_PATH'] };
  Object.assign(process.env, { DOCKER_HOST: 'tcp://nobody.invalid:2376', DOCKER_CERT_PATH: '/nowhere' });
  try {
    expect(await engine.reader().containers(never)).toEqual([]);
    expect(process.env['DOCKER_HOST']).toBe('tcp://nobody.invalid:2376');
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

it('is of no use once it is closed, and says so', async () => {
  const engine = await fakeEngine(json([]));
  const reader = engine.reader();
  await reader.containers(never);

  await reader.close();

  await expect(reader.containers(never)).rejects.toBeInstanceOf(TrueupError);
  await expect(reader.containers(never)).rejects.toMatchObject({ code: 'interrupted' });
});
