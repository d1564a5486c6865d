import { describe, expect, it } from 'vitest';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { dockerObserver } from '../../../../../src/drivers/docker/observe/observer.ts';
import type { ForeignSelection, ForeignView } from '../../../../../src/model/foreign.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { FakeReader } from './fake-reader.ts';
import { container, idOf, image, network, ours, volume } from './fixtures.ts';

const ALL: ForeignSelection = { names: [], project: null, labels: [], all: true };
const NONE: ForeignSelection = { ...ALL, all: false };

class VanishingReader extends FakeReader {
  readonly gone: Set<string> = new Set();

  override async container(idOrName: string): Promise<ContainerInspect | null> {
    return this.gone.has(idOrName) ? null : super.container(idOrName);
  }
}

function reader(): VanishingReader {
  const one = new VanishingReader();
  one.imageMap = { 'app:1': image('app:1'), [image('app:1').Id]: image('app:1') };
  return one;
}

async function look(from: FakeReader, selection: ForeignSelection): Promise<ForeignView | undefined> {
  const notes = new ContentNotes('none', { XDG_STATE_HOME: '/nonexistent' });
  const observer = dockerObserver(from, 'docker', { sealer: SEALER, notes });
  return observer.observeForeign?.(selection, new AbortController().signal);
}

async function seen(from: FakeReader, selection: ForeignSelection): Promise<readonly string[]> {
  const view = await look(from, selection);
  if (view?.status !== 'known') throw new Error('the engine is known');
  return [
    ...view.objects.map(({ object, shared }) => `${object.type} ${object.name}${shared ? ' (shared)' : ''}`),
    ...view.left.map(({ name, reason }) => `- ${name}: ${reason}`),
    ...view.unknown.map((name) => `? ${name}`),
  ];
}

const joins = (...names: readonly string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, {}]));
const mounts = (name: string): Partial<ContainerInspect> => ({
  Mounts: [{ Type: 'volume', Name: name, Destination: '/data', Source: '/x', RW: true }],
});

describe('a look at what trueup did not make', () => {
  it('is about all, a project, a label or names, with the networks and volumes that these use', async () => {
    const engine = reader();
    engine.inspects = [
      container('web', {
        labels: { 'com.docker.compose.project': 'shop' },
        networks: joins('lab'),
        more: mounts('data'),
      }),
      container('db', { labels: { team: 'core' }, networks: joins('lab') }),
      container('idle', { networks: joins('none') }),
    ];
    engine.networkList = ['lab', 'unused', 'bridge', 'none'].map((name) => network(name));
    engine.volumeList = [volume('data'), volume(idOf('left')), volume('old', { team: 'core' })];

    expect(await seen(engine, ALL)).toEqual([
      'service web',
      'service db',
      'service idle',
      'network lab',
      'network unused',
      'volume data',
      'volume old',
    ]);
    expect(await seen(engine, { ...NONE, project: 'shop' })).toEqual(['service web', 'network lab', 'volume data']);
    expect(await seen(engine, { ...NONE, labels: [{ name: 'team', value: 'core' }] })).toEqual([
      'service db',
      'network lab',
      'volume old',
    ]);
    expect(await seen(engine, { ...NONE, labels: [{ name: 'team', value: 'other' }] })).toEqual([]);
    expect(await seen(engine, { ...NONE, names: ['idle', 'unused', 'nothing'] })).toEqual([
      'service idle',
      'network unused',
      '? nothing',
    ]);
  });

  it('leaves out, with the reason, what is ours, what goes meanwhile and what has lost its image', async () => {
    const engine = reader();
    engine.inspects = [
      container('web'),
      container('mine', { labels: ours('service.mine') }),
      container('going'),
      container('imageless', { image: 'gone:1' }),
    ];
    engine.gone.add(idOf('going'));

    expect(await seen(engine, ALL)).toEqual([
      'service web',
      "- mine: it is trueup's already: local/service.mine",
      '- going: it was removed while it was looked at',
      '- imageless: its image gone:1 is gone',
    ]);
  });

  it('says of a volume that others mount it too, and calls all by their physical names', async () => {
    const engine = reader();
    const nameless = idOf('nameless');
    engine.inspects = [
      container('web', { more: mounts('data') }),
      container('db', { more: mounts(nameless) }),
      container('other', { more: mounts('data') }),
    ];
    engine.volumeList = [volume('data'), volume(nameless)];

    const view = await look(engine, { ...NONE, names: ['web', 'db'] });

    expect(await seen(engine, { ...NONE, names: ['web', 'db'] })).toEqual([
      'service web',
      'service db',
      'volume data (shared)',
      `volume ${nameless}`,
    ]);
    const configured = view?.status === 'known' ? view.objects.map(({ object }) => object.configured['storage']) : [];
    expect(configured.slice(0, 2)).toMatchObject([
      { volumes: { '/data': { volume: 'data' } } },
      { volumes: { '/data': { volume: nameless } } },
    ]);
  });

  it('says so of an engine that does not answer, and changes nothing', async () => {
    const engine = reader();
    engine.failing.add('containers');

    expect(await look(engine, ALL)).toMatchObject({ status: 'unreachable' });
  });

  it('names the options that no manifest can say, and none that an engine sets by itself', async () => {
    const engine = reader();
    const usual = {
      ShmSize: 67_108_864,
      IpcMode: 'private',
      LogConfig: { Type: 'json-file', Config: {} },
      PidsLimit: null,
      CapAdd: null,
      Memory: 8,
      MemorySwap: 16,
    };
    engine.inspects = [
      container('usual', { more: { HostConfig: usual } }),
      container('odd', {
        more: {
          HostConfig: {
            ...usual,
            Privileged: true,
            CapAdd: ['NET_ADMIN'],
            ShmSize: 1,
            LogConfig: { Type: 'syslog', Config: { tag: 'x' } },
            Tmpfs: { '/tmp': 'size=1,noexec' },
            Memory: 8,
            MemorySwap: -1,
          },
          Config: { Image: 'app:1', Tty: true },
        },
      }),
    ];

    const view = await look(engine, ALL);

    expect(view?.status === 'known' ? view.objects.map((one) => one.not_carried) : null).toEqual([
      [],
      [
        '--cap-add',
        '--log-driver',
        '--log-opt',
        '--memory-swap',
        '--privileged',
        '--shm-size',
        '--tmpfs options',
        '--tty',
      ],
    ]);
  });
});
