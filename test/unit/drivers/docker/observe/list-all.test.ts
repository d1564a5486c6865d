import { describe, expect, it } from 'vitest';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { LABEL } from '../../../../../src/drivers/docker/labels.ts';
import { dockerObserver } from '../../../../../src/drivers/docker/observe/observer.ts';
import { MOVED_FROM_LABEL } from '../../../../../src/drivers/docker/steps/volume-moves.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { FakeReader } from './fake-reader.ts';
import { container, idOf, network, ours, volume } from './fixtures.ts';

const NEVER = new AbortController().signal;

async function listed(reader: FakeReader): Promise<readonly string[] | null> {
  const notes = new ContentNotes('none', { XDG_STATE_HOME: '/nonexistent' });
  const objects = await dockerObserver(reader, 'docker', { sealer: SEALER, notes }).listAll?.(NEVER);
  return (
    objects?.map(({ type, name, ownership }) => `${type} ${name} ${ownership?.environment}/${ownership?.address}`) ??
    null
  );
}

function mounts(name: string): object {
  return { Mounts: [{ Type: 'volume', Name: name, Destination: '/data', Source: '/x', RW: true }] };
}

describe('a list of all that stands on an engine', () => {
  it('tells by labels whose it is, and costs three lists', async () => {
    const reader = new FakeReader();
    reader.inspects = [
      container('shop-web', { labels: ours('service.web') }),
      container('stranger'),
      container('other', { labels: ours('service.web', 'ci', 'kim') }),
    ];
    reader.volumeList = [volume('shop_data', ours('volume.data')), volume('old', {})];
    reader.networkList = [network('shop_default', ours('network.default')), network('lab', {})];

    expect(await listed(reader)).toEqual([
      'service shop-web local/service.web',
      'service stranger undefined/undefined',
      'service other ci/service.web',
      'volume shop_data local/volume.data',
      'volume old undefined/undefined',
      'network shop_default local/network.default',
      'network lab undefined/undefined',
    ]);
    expect(reader.calls.toSorted()).toEqual(['containers', 'networks', 'volumes']);
  });

  it('leaves out what the engine makes for itself, and nameless volumes of what is managed alone', async () => {
    const reader = new FakeReader();
    reader.networkList = ['bridge', 'host', 'none', 'ingress', 'docker_gwbridge', 'podman'].map((name) =>
      network(name, {}),
    );
    reader.inspects = [
      container('shop-web', { labels: ours('service.web'), more: mounts(idOf('ours')) }),
      container('stranger', { more: mounts(idOf('theirs')) }),
    ];
    reader.volumeList = [volume(idOf('ours'), {}), volume(idOf('theirs'), {}), volume(idOf('left'), {})];

    expect((await listed(reader))?.filter((line) => !line.startsWith('service'))).toEqual([
      `volume ${idOf('theirs')} undefined/undefined`,
      `volume ${idOf('left')} undefined/undefined`,
    ]);
  });

  it('leaves out what trueup keeps there for itself: locks, and what helps with volumes', async () => {
    const reader = new FakeReader();
    reader.inspects = [
      container('reading', { labels: { [LABEL.dataOf]: 'shop_data' } }),
      container('data.moving', { labels: { ...ours('volume.data'), [MOVED_FROM_LABEL]: 'old' } }),
    ];
    reader.volumeList = [
      volume('trueup-lock.a', { 'dev.trueup.lock.host': 'kim' }),
      volume('trueup-lock.b', { a: 'b' }),
    ];

    expect(await listed(reader)).toEqual(['volume trueup-lock.b undefined/undefined']);
  });

  it('is null where the engine does not answer, which is not the same as nothing', async () => {
    const reader = new FakeReader();
    expect(await listed(reader)).toEqual([]);

    reader.failing.add('volumes');
    expect(await listed(reader)).toBeNull();
  });
});
