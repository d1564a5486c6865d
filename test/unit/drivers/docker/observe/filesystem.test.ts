import { describe, expect, it } from 'vitest';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { dockerObserver } from '../../../../../src/drivers/docker/observe/observer.ts';
import type { FilesystemChange } from '../../../../../src/model/filesystem.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { FakeReader } from './fake-reader.ts';
import { container, idOf } from './fixtures.ts';

async function changesOf(reader: FakeReader, id: string): Promise<readonly FilesystemChange[] | null | undefined> {
  const notes = new ContentNotes('none', { XDG_STATE_HOME: '/nonexistent' });
  return dockerObserver(reader, 'docker', { sealer: SEALER, notes }).filesystemChanges?.(
    id,
    new AbortController().signal,
  );
}

describe('the changes in the own files of a container', () => {
  it('are what the engine lists, without what is mounted, what was made for that, and what is not known', async () => {
    const reader = new FakeReader();
    reader.inspects = [
      container('web', {
        more: {
          Mounts: [{ Type: 'volume', Name: 'data', Source: '/x', Destination: '/srv/data/', RW: true }],
          HostConfig: { Tmpfs: { '/scratch': '' } },
        },
      }),
    ];
    reader.layers[idOf('web')] = [
      { Path: '/etc', Kind: 0 },
      { Path: '/etc/hosts', Kind: 0 },
      { Path: '/etc/group', Kind: 0 },
      { Path: '/srv', Kind: 1 },
      { Path: '/srv/data', Kind: 1 },
      { Path: '/srv/other', Kind: 1 },
      { Path: '/scratch', Kind: 1 },
      { Path: '/scratchpad', Kind: 1 },
      { Path: '/sbin', Kind: 0 },
      { Path: '/sbin/docker-init', Kind: 1 },
      { Path: '/run', Kind: 2 },
      { Path: '/odd', Kind: 9 },
    ];

    expect(await changesOf(reader, idOf('web'))).toEqual([
      { path: '/etc/group', change: 'changed' },
      { path: '/srv/other', change: 'added' },
      { path: '/scratchpad', change: 'added' },
      { path: '/run', change: 'deleted' },
    ]);
  });

  it('are none of a container that is gone, even between two questions', async () => {
    const reader = new FakeReader();
    expect(await changesOf(reader, idOf('web'))).toEqual([]);

    reader.inspects = [container('web')];
    expect(await changesOf(reader, idOf('web'))).toEqual([]);
  });

  it('are null where the engine does not answer', async () => {
    const reader = new FakeReader();
    reader.inspects = [container('web')];
    reader.failing.add('changes');
    expect(await changesOf(reader, idOf('web'))).toBeNull();
  });
});
