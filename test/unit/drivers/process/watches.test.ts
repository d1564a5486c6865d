import { EventEmitter } from 'node:events';
import type { FSWatcher } from 'node:fs';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderWatches, type WatchFolder } from '../../../../src/drivers/process/watches.ts';
import { scratchFolder } from '../../state/scratch.ts';

class Watcher extends EventEmitter implements FSWatcher {
  isOpen = true;
  close(): void {
    this.isOpen = false;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** Watches of a root, whose notifications the test sends itself. `refused` are those that the machine does not give. */
function watchesOf({ refused = () => false }: { refused?: (path: string) => boolean } = {}) {
  const root = scratchFolder();
  const said: string[] = [];
  const tell = new Map<string, (file: string | null) => void>();
  const watchers: Watcher[] = [];
  const watchFolder: WatchFolder = (path, listener) => {
    if (refused(path)) throw Object.assign(new Error('none left'), { code: 'ENOSPC', errno: -28, syscall: 'watch' });
    const watcher = new Watcher();
    watchers.push(watcher);
    tell.set(path, (file) => listener('rename', file));
    return watcher;
  };
  const listener = {
    touched: (kind: string, name: string) => said.push(`${kind} ${name}`),
    listed: () => said.push('listed'),
    exhausted: () => said.push('exhausted'),
  };
  return { root, said, tell, watchers, watches: new FolderWatches(root, listener, watchFolder) };
}

describe('the file watches of a registry', () => {
  it('say whether everything that came or went in the root was told since they were asked last', () => {
    const { root, watches, tell } = watchesOf();

    expect(watches.followRoot(), 'it was not watched before').toBe(false);
    expect(watches.followRoot(), 'what is missing is told when it comes').toBe(true);
    mkdirSync(join(root, 'services'));
    expect(watches.followRoot()).toBe(false);
    expect(watches.followRoot()).toBe(true);
    tell.get(root)?.('services');
    expect(watches.followRoot()).toBe(false);
    expect(watches.followRoot()).toBe(true);
  });

  it('say so, too, where the root is missing or a folder in it cannot be watched', () => {
    const { root, watches, said } = watchesOf({ refused: (path) => path.endsWith('services') });

    mkdirSync(join(root, 'services'));
    expect([watches.followRoot(), watches.followRoot()]).toEqual([false, false]);
    rmSync(root, { recursive: true });
    expect([watches.followRoot(), watches.followRoot()]).toEqual([false, false]);
    expect(said).toEqual(['exhausted']);
  });

  it('pass over a folder that cannot be looked at', () => {
    const { root, watches } = watchesOf();
    mkdirSync(join(root, 'services'));
    symlinkSync(join(root, 'services', 'loop'), join(root, 'services', 'loop'));

    expect(watches.follow('service', 'loop')).toBe(false);
  });

  it('are not begun any more once they are disposed of', () => {
    const { root, watches, watchers } = watchesOf();
    mkdirSync(join(root, 'services', 'web'), { recursive: true });
    watches.followRoot();

    watches[Symbol.dispose]();
    const isFollowed = watches.follow('service', 'web');
    watches.followRoot();

    expect(isFollowed).toBe(false);
    expect(watchers.filter(({ isOpen }) => isOpen)).toEqual([]);
  });
});
