/** Watching real files, as editors and people change them. */
import { EventEmitter } from 'node:events';
import { mkdir, mkdtemp, realpath, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { describe, expect, it } from 'vitest';
import { FileWatch } from '../../../../src/serve/watch/file-watch.ts';
import type { OpenWatch } from '../../../../src/serve/watch/open-watch.ts';
import { eventually } from '../../../support/eventually.ts';

interface Watched extends AsyncDisposable {
  readonly root: string;
  readonly changed: Set<string>;
  write(file: string, text?: string): Promise<void>;
  /** Until a change of it was told. */
  heard(file: string): Promise<void>;
}

/** A folder of which these are watched; paths are relative to it. */
async function watched(
  files: readonly string[],
  paths: readonly string[],
  folders: readonly string[],
): Promise<Watched> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'trueup-watch-')));
  const write = async (file: string, text = ''): Promise<void> => {
    await mkdir(join(root, file, '..'), { recursive: true });
    await writeFile(join(root, file), text);
  };
  for (const file of files) await write(file);
  const changed = new Set<string>();
  const watch = new FileWatch({
    base: root,
    changed: (path) => changed.add(path.slice(root.length + 1)),
    polling: () => undefined,
  });
  const absolute = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => join(root, name)));
  await watch.aim({ paths: absolute(paths), folders: absolute(folders) });
  return {
    root,
    changed,
    write,
    heard: async (file) =>
      void (await eventually(
        () => changed.has(file),
        () => `a change of ${file}: ${[...changed].join(', ')}`,
      )),
    async [Symbol.asyncDispose]() {
      await watch[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

describe('file watch', () => {
  it('hears of a file that is written, again and again', async () => {
    await using files = await watched(['a/main.yaml'], ['a/main.yaml'], []);

    for (const text of ['1', '22', '333']) {
      files.changed.clear();
      await files.write('a/main.yaml', text);
      await files.heard('a/main.yaml');
    }
  });

  it('hears of saves by way of another name, more than once', async () => {
    await using files = await watched(['a/main.yaml'], ['a/main.yaml'], []);

    for (const text of ['1', '22', '333']) {
      files.changed.clear();
      await files.write('a/main.yaml___jb_tmp___', text);
      await rename(join(files.root, 'a/main.yaml___jb_tmp___'), join(files.root, 'a/main.yaml'));
      await files.heard('a/main.yaml');
    }
  });

  it('hears of saves as vim makes them: the old one gets another name, the new one is written', async () => {
    await using files = await watched(['a/main.yaml'], ['a/main.yaml'], ['a']);

    for (const text of ['1', '22', '333']) {
      files.changed.clear();
      await rename(join(files.root, 'a/main.yaml'), join(files.root, 'a/main.yaml~'));
      await files.write('a/main.yaml', text);
      await unlink(join(files.root, 'a/main.yaml~'));
      await files.heard('a/main.yaml');
    }
    expect([...files.changed]).toEqual(['a/main.yaml']);
  });

  it('hears of files that were not there, in folders that were not there', async () => {
    await using files = await watched([], ['.env', 'config/app/nginx.conf'], []);

    await files.write('.env');
    await files.heard('.env');
    await files.write('config/app/nginx.conf');
    await files.heard('config/app/nginx.conf');
  });

  it('hears of new manifests in a folder, and not of what editors put beside them', async () => {
    await using files = await watched(['a/main.yaml'], ['a/main.yaml'], ['a']);

    await files.write('a/.main.yaml.swp');
    await files.write('a/.#main.yaml');
    await files.write('a/4913');
    await files.write('a/main.yaml~');
    await files.write('a/README.md');
    await files.write('a/more.yaml');
    await files.heard('a/more.yaml');

    expect([...files.changed].filter((file) => file !== 'a/4913')).toEqual(['a/more.yaml']);
  });

  it('hears of a folder that is taken away with its files, of its coming back, and of what is saved then', async () => {
    await using files = await watched(
      ['environments/a/main.yaml'],
      ['environments/a/main.yaml'],
      ['environments', 'environments/a'],
    );

    await rename(join(files.root, 'environments'), join(files.root, 'elsewhere'));
    await files.heard('environments/a/main.yaml');
    files.changed.clear();
    await rename(join(files.root, 'elsewhere'), join(files.root, 'environments'));
    await files.heard('environments/a/main.yaml');
    files.changed.clear();
    await files.write('environments/a/main.yaml', 'new');
    await files.heard('environments/a/main.yaml');
  });

  it('hears of no file that was not asked for', async () => {
    await using files = await watched(['a/main.yaml', 'b/main.yaml', 'a/data/big.yaml'], ['a/main.yaml'], ['a']);

    await files.write('b/main.yaml', 'changed');
    await files.write('a/data/big.yaml', 'changed');
    await files.write('a/main.yaml', 'changed');
    await files.heard('a/main.yaml');

    expect([...files.changed]).toEqual(['a/main.yaml']);
  });

  it('looks again and again where the machine has no watches left, and says so once', async () => {
    const said: string[] = [];
    const backends: string[] = [];
    const open: OpenWatch = (_places, _names, backend) => {
      backends.push(backend);
      const watcher = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
      const trouble = Object.assign(new Error('System limit for number of file watchers reached'), { code: 'ENOSPC' });
      setImmediate(() => (backend === 'native' ? watcher.emit('error', trouble) : watcher.emit('ready')));
      return Promise.resolve(watcher as unknown as FSWatcher);
    };
    await using watch = new FileWatch({ base: '/', changed: () => undefined, polling: (why) => said.push(why), open });

    await watch.aim({ paths: new Set(['/a']), folders: new Set() });
    await watch.aim({ paths: new Set(['/a', '/b']), folders: new Set() });

    expect(backends).toEqual(['native', 'polling', 'polling']);
    expect(said).toEqual(['System limit for number of file watchers reached']);
  });
});
