/** What is done by hand right before a second look is seen by it, whether the engine's list shows it or only its events. */
import { expect, it } from 'vitest';
import { dockerDriver } from '../../../src/drivers/docker/index.ts';
import type { Observer } from '../../../src/drivers/driver.ts';
import type { Scope } from '../../../src/drivers/scope.ts';
import { compareText } from '../../../src/model/json.ts';
import type { Observation, ObservedObject } from '../../../src/model/observed.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';
import { eventually } from '../../support/eventually.ts';
import { SEALER } from '../../support/sealer.ts';
import { MANIFEST } from '../../support/shop.ts';

const NEVER = new AbortController().signal;

const service = (more = ''): string =>
  `{ container: { image: 'busybox:1', command: [sleep, '1000'], init: true, stop_grace_period: 1s }${more} }`;

const SHOP = `name: local
project: shop
services:
  web: ${service(`, storage: { volumes: ['data:/data'] }, networking: { networks: [inner] }`)}
  db: ${service(', health_check: { test: [CMD, "true"], interval: 3s, timeout: 3s, retries: 1000 }')}
  alone: ${service()}
  job: { run: once, container: { image: 'busybox:1', command: ['true'] } }
networks: { inner: {} }
volumes: { data: {}, spare: {} }
`;

/** Each on what those before it have left. */
const ACTS: readonly (readonly [string, ...(readonly string[])[]])[] = [
  ['a limit', ['update', '--memory', '64m', '--memory-swap', '128m', 'shop-web-1']],
  ['another limit', ['update', '--memory', '65m', '--memory-swap', '130m', 'shop-web-1']],
  ['a restart policy', ['update', '--restart', 'always', 'shop-db-1']],
  ['processors', ['update', '--cpus', '0.5', 'shop-alone-1']],
  ['a restart', ['restart', '-t', '0', 'shop-web-1']],
  ['another name', ['rename', 'shop-alone-1', 'elsewhere']],
  ['its name again', ['rename', 'elsewhere', 'shop-alone-1']],
  ['off its network', ['network', 'disconnect', 'shop_default', 'shop-alone-1']],
  ['on it again, under no name', ['network', 'connect', 'shop_default', 'shop-alone-1']],
  [
    'on it again, under another name',
    ['network', 'disconnect', 'shop_default', 'shop-alone-1'],
    ['network', 'connect', '--alias', 'other', 'shop_default', 'shop-alone-1'],
  ],
  ['on one more network', ['network', 'connect', 'shop_inner', 'shop-alone-1']],
  ['a pause', ['pause', 'shop-web-1']],
  ['its end', ['unpause', 'shop-web-1']],
  ['a kill', ['kill', 'shop-web-1']],
  [
    'what does not run under another name on its network',
    ['network', 'disconnect', 'shop_inner', 'shop-web-1'],
    ['network', 'connect', '--alias', 'third', 'shop_inner', 'shop-web-1'],
  ],
  ['a start', ['start', 'shop-web-1']],
  ['a stop', ['stop', '-t', '0', 'shop-db-1']],
  ['another image under the same name', ['tag', 'busybox:1', 'kept:1'], ['commit', 'shop-alone-1', 'busybox:1']],
  ['the first one again', ['tag', 'kept:1', 'busybox:1']],
  ['another volume of the same name', ['volume', 'rm', 'shop_spare'], ['volume', 'create', 'shop_spare']],
  ['a removal', ['rm', '--force', 'shop-db-1']],
  ['somebody else under its name', ['run', '--detach', '--name', 'shop-db-1', 'busybox:1', 'sleep', '1000']],
  [
    'another network of the same name',
    ['rm', '--force', 'shop-web-1'],
    ['network', 'disconnect', '--force', 'shop_inner', 'shop-alone-1'],
    ['network', 'rm', 'shop_inner'],
    ['network', 'create', 'shop_inner'],
  ],
];

it('a second look sees what is done by hand as a look does that knows nothing, and inspects nothing else', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: SHOP });
  await using recording = await RecordingSocket.before(repo.engine.socket);
  const applied = await repo.trueup(['apply', '--auto-approve']);
  expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
  const scope = await scopeOf(repo);
  const observer = await observerAt(recording.host);
  const ended = new AbortController();
  let isHeard = false;
  const listened = (async () => {
    for await (const _ of observer.events(scope, ended.signal)) isHeard = true;
  })();
  await eventually(() => isHeard);
  await observer.observe(scope, NEVER);

  // Only what does not run is inspected, once the first health check has passed; of Podman nothing is held.
  await eventually(async () => {
    recording.reset();
    await observer.observeAgain?.(scope, NEVER);
    const inspected = recording.requests.filter(({ path }) => /^\/containers\/[^/]+\/json$/.test(path));
    return inspected.length === (repo.engine.kind === 'podman' ? 4 : 1);
  }, 'a look that inspects nothing else');
  for (const [what, ...acts] of ACTS) {
    for (const act of acts) await repo.docker(...act);
    const again = await observer.observeAgain?.(scope, NEVER);
    const fresh = await observerAt(repo.engine.host);
    expect(steady(again), what).toEqual(steady(await fresh.observe(scope, NEVER)));
    await fresh.close();
  }
  ended.abort();
  await listened;
  await observer.close();
  await repo.docker('rmi', 'kept:1');
});

function observerAt(host: string): Promise<Observer> {
  return dockerDriver.observer({ name: 'docker', driver: 'docker', settings: { host } }, SEALER);
}

async function scopeOf(repo: DockerRepo): Promise<Scope> {
  const owner = await repo.docker('inspect', '--format', '{{index .Config.Labels "dev.trueup.owner"}}', 'shop-web-1');
  return {
    owners: [owner],
    project: 'shop',
    environment: 'local',
    names: {
      service: ['web', 'db', 'alone', 'job'].map((key) => `shop-${key}-1`),
      network: ['shop_default', 'shop_inner'],
      volume: ['shop_data', 'shop_spare'],
      image: ['busybox:1'],
    },
  };
}

/** In one order, and without what passes by itself: what the last health check printed, and whether it was the first. */
function steady(observation: Observation | undefined): unknown {
  if (observation?.status !== 'known') return observation;
  const objects = observation.objects.toSorted((left, right) => compareText(nameOf(left), nameOf(right)));
  return objects.map(({ status: { details, health, ...status }, ...object }) => {
    const { health_check: _, ...rest } = details;
    return { ...object, status: { ...status, health: health === 'starting' ? 'healthy' : health, details: rest } };
  });
}

function nameOf({ type, name, id }: ObservedObject): string {
  return `${type} ${name} ${id}`;
}
