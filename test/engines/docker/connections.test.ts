import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StepRunner } from '../../../src/drivers/docker/actuate/run-step.ts';
import { openReader, openWriter } from '../../../src/drivers/docker/api/client.ts';
import { resolveEndpoint } from '../../../src/drivers/docker/connection/resolve.ts';
import { ContentNotes } from '../../../src/drivers/docker/content-notes.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { eventually } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { emptyEngine } from '../../support/docker/docker-world.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { APPLY, words } from '../../support/docker/luck.ts';
import { type RecordedRequest, RecordingSocket } from '../../support/docker/recording-socket.ts';
import { step } from '../../support/builders.ts';
import { MANIFEST } from '../../support/shop.ts';

function web(engines = ''): Readonly<Record<string, string>> {
  const service = `  web:\n    container: { image: 'busybox:1', command: [sleep, '1000'], init: true }\n`;
  return { [MANIFEST]: `name: local\nproject: shop\n${engines}services:\n${service}` };
}

describe('an engine behind ssh', () => {
  it('is worked with through the ssh program, over a few connections that all end', async () => {
    await using repo = await dockerRepo(web(), { host: 'ssh://me@build.example' });
    const bin = join(repo.scratch, 'bin');
    await mkdir(bin);
    // The last word is the command for the shell over there.
    const script = `#!/bin/sh
echo "$$ $*" >>'${bin}/calls'
for word in "$@"; do command=$word; done
DOCKER_HOST='${repo.engine.host}' exec sh -c "exec $command"
`;
    await writeFile(join(bin, 'ssh'), script);
    await chmod(join(bin, 'ssh'), 0o755);
    repo.env['PATH'] = `${bin}:${repo.env['PATH'] ?? ''}`;

    for (const command of [APPLY, ['plan', '--detailed-exitcode'], ['exec', 'web', '--', 'true'], ['logs', 'web']]) {
      const result = await repo.trueup(command);
      expect(result, words(result)).toMatchObject({ status: 0 });
    }

    expect(await repo.docker('ps', '--format', '{{.Names}}')).toBe('shop-web-1');
    const calls = (await readFile(join(bin, 'calls'), 'utf8')).trim().split('\n');
    expect(calls.every((call) => call.endsWith('-- build.example docker system dial-stdio'))).toBe(true);
    const pids = calls.map((call) => call.split(' ', 1)[0] ?? '');
    await eventually(() => !pids.some((pid) => existsSync(`/proc/${pid}`)), 'the end of every ssh');
  });
});

/** A socket by its place, where nobody listens. */
const NOBODY = 'unix:///dev/null';

/** Ways to say which engine is meant: the first that is used counts. */
const SAYINGS = ['host', 'context', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'context in use', 'default socket'] as const;

type Saying = (typeof SAYINGS)[number];

async function say(repo: DockerRepo, saying: Saying, host: string): Promise<void> {
  const home = join(repo.scratch, 'home');
  const context = `made-for-${SAYINGS.indexOf(saying)}`;
  const engines = (setting: string): Readonly<Record<string, string>> =>
    web(`engines: { docker: { driver: docker, ${setting} } }\n`);
  switch (saying) {
    case 'host':
      return repo.write(engines(`host: '${host}'`));
    case 'context':
      await makeContext(home, context, host);
      return repo.write(engines(`context: ${context}`));
    case 'DOCKER_HOST':
      repo.env['DOCKER_HOST'] = host;
      return;
    case 'DOCKER_CONTEXT':
      await makeContext(home, context, host);
      repo.env['DOCKER_CONTEXT'] = context;
      return;
    case 'context in use':
      await makeContext(home, context, host);
      return writeFile(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: context }));
    case 'default socket': {
      const path = join(home, '.docker', 'run', 'docker.sock');
      await mkdir(dirname(path), { recursive: true });
      return symlink(host.replace('unix://', ''), path);
    }
    default:
      return saying satisfies never;
  }
}

/** As the docker command makes it. */
async function makeContext(home: string, name: string, host: string): Promise<void> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const env = { PATH: process.env['PATH'], HOME: home };
  await promisify(execFile)('docker', ['context', 'create', name, '--docker', `host=${host}`], { env });
}

describe('which engine is meant', () => {
  // Where the machine has an engine of its own at the first of the default places, that one is found.
  const tested = existsSync('/var/run/docker.sock') ? SAYINGS.slice(0, -1) : SAYINGS;

  it.each(tested)('is what %s says, whatever comes after it', async (saying) => {
    await using repo = await dockerRepo(web());
    delete repo.env['DOCKER_HOST'];
    // Both of the manifest at once are an error.
    const others = SAYINGS.slice(SAYINGS.indexOf(saying) + 1).filter((other) => other !== 'context');
    for (const other of others) await say(repo, other, NOBODY);
    await say(repo, saying, repo.engine.host);

    const status = await repo.trueup(['status']);
    const [next] = others;
    if (next !== undefined && saying !== 'host' && saying !== 'context') await unsay(repo, saying);
    const without = await repo.trueup(['status']);

    expect(status, words(status)).toMatchObject({ status: 0 });
    if (next === undefined || saying === 'host' || saying === 'context') return;
    expect(without, words(without)).toMatchObject({ status: 1 });
    expect(words(without)).toContain('nobody listens');
  });
});

async function unsay(repo: DockerRepo, saying: Saying): Promise<void> {
  if (saying === 'context in use') await writeFile(join(repo.scratch, 'home', '.docker', 'config.json'), '{}');
  else delete repo.env[saying];
}

describe('a call without an answer', () => {
  const never = new AbortController().signal;

  it('ends by its deadline, and the events go on', async () => {
    const { socket, calls } = engineUnderTest();
    await emptyEngine(calls);
    await using recording = await RecordingSocket.before(socket);
    recording.rule({
      matches: ({ path }) => path.startsWith('/volumes/slow'),
      trouble: { kind: 'stall', when: 'before' },
    });
    const reader = openReader(endpointAt(recording.host), { deadlines: { read: 5000 } });
    const events = (await reader.events({ type: ['volume'] }, null, never))[Symbol.asyncIterator]();

    await expect(reader.volume('slow', never)).rejects.toMatchObject({ code: 'engine_unreachable', retryable: true });
    await calls.post('/volumes/create', { Name: 'heard' });

    expect(await events.next()).toMatchObject({ value: { Action: 'create', Actor: { ID: 'heard' } } });
    await reader.close();
    await calls.delete('/volumes/heard');
  });

  const config: JsonObject = {
    container: { image: 'busybox:1', command: ['sleep', '1000'], init: true, stop_grace_period: '1s' },
  };
  const name = 'shop-web-1';
  const STEPS: readonly {
    readonly verb: string;
    readonly args: JsonObject;
    matches(request: RecordedRequest): boolean;
  }[] = [
    {
      verb: 'create_volume',
      args: { name: 'shop_data', config: {} },
      matches: ({ path }) => path === '/volumes/create',
    },
    {
      verb: 'create_network',
      args: { name: 'shop_net', config: {} },
      matches: ({ path }) => path === '/networks/create',
    },
    {
      verb: 'create',
      args: { name, config, volumes: {}, networks: {}, anonymous: {} },
      matches: ({ path }) => path.startsWith('/containers/create'),
    },
    { verb: 'start', args: { name, id: null, endpoints: [] }, matches: ({ path }) => path.endsWith('/start') },
    { verb: 'stop', args: { name, id: null }, matches: ({ path }) => path.includes('/stop') },
    {
      verb: 'remove',
      args: { name, id: null, anonymous: null },
      matches: ({ method, path }) => method === 'DELETE' && path.startsWith('/containers/'),
    },
  ];

  it('is no failure of a step where it took effect, and the step sends it once', async () => {
    const { socket, calls } = engineUnderTest();
    await emptyEngine(calls);
    await using recording = await RecordingSocket.before(socket);
    // Each call takes effect within them, also on a machine that has much else to do.
    const deadlines = { create: 6000, start: 6000, stop: 5000, remove: 6000, write: 6000 };
    const writer = openWriter(endpointAt(recording.host), { deadlines });
    const runner = new StepRunner(writer, new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' }));
    const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, revision: null };
    const vault = { reveal: () => '', mask: (text: string) => text };
    const context = { signal: never, vault, owners: ['me'], run: '01test', ownership, progress: () => undefined };

    for (const { verb, args, matches } of STEPS) {
      recording.reset();
      recording.rule({ matches, trouble: { kind: 'stall', when: 'after_effect' }, times: 1 });
      const address =
        verb === 'create_volume' ? 'volume.data' : verb === 'create_network' ? 'network.net' : 'service.web';
      await runner.run(step(address, verb, { args }), context);
      expect(recording.requests.filter(matches), verb).toHaveLength(1);
    }

    expect(await calls.get('/containers/json?all=1')).toEqual([]);
    expect(await calls.find('/volumes/shop_data')).not.toBeNull();
    await writer.close();
    await emptyEngine(calls);
  });
});

function endpointAt(host: string): ReturnType<typeof resolveEndpoint> {
  return resolveEndpoint({ name: 'docker', driver: 'docker', settings: { host } }, {});
}
