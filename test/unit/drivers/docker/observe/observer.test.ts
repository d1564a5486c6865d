import { describe, expect, it } from 'vitest';
import type { Observer } from '../../../../../src/drivers/driver.ts';
import type { Scope } from '../../../../../src/drivers/scope.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { dockerObserver } from '../../../../../src/drivers/docker/observe/observer.ts';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { MOVED_FROM_LABEL } from '../../../../../src/drivers/docker/steps/volume-moves.ts';
import { memberAt } from '../../../../../src/model/json.ts';
import type { Observation, ObservedObject } from '../../../../../src/model/observed.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { FakeReader } from './fake-reader.ts';
import { container, EXITED, idOf, image, network, ours, volume } from './fixtures.ts';

const NEVER = new AbortController().signal;
const SCOPE: Scope = {
  owners: ['me'],
  project: 'shop',
  environment: 'local',
  names: { service: ['shop-db'], network: ['outer'], image: ['app:1', 'app:2'] },
};

function observerOf(reader: FakeReader): Observer {
  return dockerObserver(reader, 'docker', {
    sealer: SEALER,
    notes: new ContentNotes('none', { XDG_STATE_HOME: '/nonexistent' }),
  });
}

function namesIn(observation: Observation): readonly string[] {
  return objectsIn(observation).map(({ type, name }) => `${type} ${name}`);
}

function objectsIn(observation: Observation): readonly ObservedObject[] {
  return observation.status === 'known' ? observation.objects : [];
}

/** A service of ours on a network of ours. */
function shop(): FakeReader {
  const reader = new FakeReader();
  reader.networkList = [network('shop_default', ours('network.default'))];
  reader.inspects = [
    container('shop-web', {
      labels: ours('service.web'),
      networks: { shop_default: { NetworkID: idOf('shop_default') } },
    }),
  ];
  reader.imageMap = { 'app:1': image('app:1') };
  return reader;
}

describe('a look at an engine', () => {
  it('has what was set aside from under a wanted name, where nobody’s labels stand on it', async () => {
    const reader = shop();
    const theirs = { ...ours('service.db'), 'dev.trueup.owner': 'them' };
    reader.inspects = [
      container('shop-db.aside-01abc', { labels: {} }),
      container('other.aside-01abc', { labels: {} }),
      container('shop-db.aside-02abc', { labels: theirs }),
    ];

    const observation = await observerOf(reader).observe(SCOPE, NEVER);

    expect(namesIn(observation).filter((name) => name.startsWith('service'))).toEqual(['service shop-db.aside-01abc']);
  });

  it('takes what only helps to move a volume for no service, and the volume for missing until it is whole', async () => {
    const reader = shop();
    reader.inspects.push(container('data.moving', { labels: { ...ours('volume.data'), [MOVED_FROM_LABEL]: 'old' } }));
    reader.volumeList = [volume('old', ours('volume.data')), volume('data', ours('volume.data'))];

    const observation = await observerOf(reader).observe(SCOPE, NEVER);

    expect(namesIn(observation).filter((name) => !name.startsWith('image'))).toEqual([
      'service shop-web',
      'network shop_default',
      'volume old',
    ]);
  });

  it('sees what is ours and what bears a wanted name, whoever it belongs to', async () => {
    const reader = shop();
    reader.inspects.push(
      container('shop-db'),
      container('stranger'),
      container('staging-web', { labels: ours('service.web', 'staging') }),
      container('their-web', { labels: ours('service.web', 'local', 'them') }),
    );
    reader.networkList.push(network('outer'), network('bridge'));
    reader.volumeList = [volume('data', ours('volume.data')), volume('foreign')];

    const observation = await observerOf(reader).observe(SCOPE, NEVER);

    expect(namesIn(observation)).toEqual([
      'service shop-web',
      'service shop-db',
      'network shop_default',
      'network outer',
      'volume data',
      'image app:1',
    ]);
    expect(objectsIn(observation).map(({ ownership }) => ownership?.address ?? null)).toEqual([
      'service.web',
      null,
      'network.default',
      null,
      'volume.data',
      null,
    ]);
  });

  it('really inspects every container, and asks for each image once', async () => {
    const reader = shop();
    reader.inspects.push(container('shop-api', { labels: ours('service.api') }));

    await observerOf(reader).observe(SCOPE, NEVER);

    const inspects = reader.calls.filter((call) => call.startsWith('container '));
    expect(inspects).toEqual([`container ${idOf('shop-web')}`, `container ${idOf('shop-api')}`]);
    expect(reader.calls.filter((call) => call.startsWith('image '))).toEqual(['image app:1', 'image app:2']);
  });

  it('leaves out what vanishes before it is inspected', async () => {
    const reader = shop();
    const summaries = await reader.containers();
    reader.containers = () => Promise.resolve(summaries);
    reader.inspects = [];

    const observation = await observerOf(reader).observe(SCOPE, NEVER);

    expect(observation.status).toBe('known');
    expect(namesIn(observation)).not.toContain('service shop-web');
  });

  it.each(['facts', 'containers', 'networks', 'volumes', 'container', 'image'])(
    'that fails at %s has not seen an empty engine, but an unreachable one',
    async (call) => {
      const reader = shop();
      reader.failing.add(call);

      expect(await observerOf(reader).observe(SCOPE, NEVER)).toEqual({
        status: 'unreachable',
        engine: 'docker',
        error: `cannot ask for ${call}`,
        provided_by: null,
      });
    },
  );

  it('ends with the reason of an abort', async () => {
    const reason = new Error('enough');

    await expect(observerOf(shop()).observe(SCOPE, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('keeps a defect of ours a defect', async () => {
    const reader = shop();
    reader.networks = () => Promise.reject(new TypeError('undefined is not a function'));

    await expect(observerOf(reader).observe(SCOPE, NEVER)).rejects.toThrow(TypeError);
  });

  it('shows a network that is gone as none, though the engine still lists it', async () => {
    const reader = shop();
    reader.networkList = [network('shop_default', ours('network.default'), idOf('made anew'))];

    const [web] = objectsIn(await observerOf(reader).observe(SCOPE, NEVER));

    expect(memberAt(web?.configured, 'networking', 'networks')).toEqual({});
  });

  it('says the id of the image where the reference means another one by now', async () => {
    const reader = shop();
    const old = image('app:1');
    reader.imageMap = { 'app:1': { ...old, Id: `sha256:${idOf('rebuilt')}` }, [old.Id]: old };

    const [web] = objectsIn(await observerOf(reader).observe(SCOPE, NEVER));

    expect(memberAt(web?.configured, 'container', 'image')).toBe(old.Id);
  });

  it('reports half-made things as they are, with their address', async () => {
    const reader = shop();
    reader.inspects.push(
      container('shop-web.next', { labels: ours('service.web'), state: { ...EXITED, Status: 'created' } }),
    );

    const found = objectsIn(await observerOf(reader).observe(SCOPE, NEVER)).find(({ name }) => name.endsWith('.next'));

    expect(found).toMatchObject({ ownership: { address: 'service.web' }, status: { run_state: 'created' } });
  });
});

describe('a targeted look', () => {
  const web = [{ type: 'service', name: 'shop-web' }] as const;

  it('at a service that runs is one inspect', async () => {
    const reader = shop();
    const observer = observerOf(reader);
    await observer.observe(SCOPE, NEVER);
    reader.calls.length = 0;

    const observation = await observer.observe({ ...SCOPE, only: web }, NEVER);

    expect(reader.calls).toEqual(['facts', 'container shop-web']);
    expect(namesIn(observation)).toEqual(['service shop-web']);
    expect(memberAt(objectsIn(observation)[0]?.configured, 'networking', 'networks', 'default')).not.toBeNull();
  });

  it('sees that the network of a stopped service is gone', async () => {
    const reader = shop();
    const observer = observerOf(reader);
    await observer.observe(SCOPE, NEVER);
    reader.inspects = reader.inspects.map((one) => ({ ...one, State: { ...one.State, ...EXITED } }));
    reader.networkList = [];

    const [found] = objectsIn(await observer.observe({ ...SCOPE, only: web }, NEVER));

    expect(memberAt(found?.configured, 'networking', 'networks')).toEqual({});
  });

  it('learns of what was made since the last look', async () => {
    const reader = shop();
    const observer = observerOf(reader);
    await observer.observe(SCOPE, NEVER);
    reader.networkList.push(network('shop_inner', ours('network.inner')));
    reader.inspects = [
      container('shop-web', {
        labels: ours('service.web'),
        networks: { shop_inner: { NetworkID: idOf('shop_inner') } },
      }),
    ];

    const [found] = objectsIn(await observer.observe({ ...SCOPE, only: web }, NEVER));

    expect(memberAt(found?.configured, 'networking', 'networks', 'inner')).not.toBeNull();
  });

  it('sees both of two networks of one name', async () => {
    const reader = new FakeReader();
    reader.networkList = [network('twin', ours('network.twin')), network('twin', {}, idOf('second'))];

    const only = [{ type: 'network', name: 'twin' }] as const;
    const found = objectsIn(await observerOf(reader).observe({ ...SCOPE, only }, NEVER));

    expect(found.map(({ id, ownership }) => [id, ownership?.address])).toEqual([
      [idOf('twin'), 'network.twin'],
      [idOf('second'), undefined],
    ]);
  });

  it('at nothing asks whether the engine is there', async () => {
    const reader = shop();

    expect(await observerOf(reader).observe({ ...SCOPE, only: [] }, NEVER)).toMatchObject({
      status: 'known',
      objects: [],
    });
    expect(reader.calls).toEqual(['facts']);
  });
});

describe('a look at some objects', () => {
  it('sees what is renamed meanwhile once, under the name that it has', async () => {
    const reader = shop();
    const [web] = reader.inspects;
    const as = (name: string): ContainerInspect => ({ ...container('shop-web'), ...web, Name: `/${name}` });
    const said: Readonly<Record<string, ContainerInspect>> = {
      'shop-web': as('shop-web'),
      zz: as('zz'),
      [idOf('shop-web')]: as('zz'),
    };
    reader.container = (idOrName) => Promise.resolve(said[idOrName] ?? null);
    const only = [{ type: 'service', name: 'shop-web' } as const, { type: 'service', name: 'zz' } as const];

    const observation = await observerOf(reader).observe({ ...SCOPE, only }, NEVER);

    expect(namesIn(observation)).toEqual(['service zz']);
  });
});
