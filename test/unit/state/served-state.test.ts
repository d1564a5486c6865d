import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { TrueupError } from '../../../src/model/failure.ts';
import { NOTHING_REMEMBERED, type ServedMemory } from '../../../src/model/served-memory.ts';
import { type StateFolder, stateFolder } from '../../../src/state/folder.ts';
import { openServedMemory, type ServedMemoryStore } from '../../../src/state/served-state.ts';
import { CAN_MOUNT, matching, scratchFolder, smallDisk } from './scratch.ts';

const MEMORY: ServedMemory = {
  state: 'degraded',
  since: '2026-01-31T10:00:00.000Z',
  transitions: [
    {
      at: '2026-01-31T10:00:00.000Z',
      from: 'healthy',
      to: 'degraded',
      reason: 'service.web died',
      passing: false,
    },
  ],
  conditions: [{ type: 'Ready', status: 'False', since: '2026-01-31T10:00:00.000Z' }],
  heals: { 'service.web': { heals: [1, 2, 3], pauses: 0, pause_ms: 0, healthy_since: null } },
  heard: { docker: '2026-01-31T09:59:59.000Z' },
};

function pathIn(folder: StateFolder): string {
  return join(folder.path, 'served', 'local.json');
}

interface Opened {
  readonly store: ServedMemoryStore;
  readonly problems: TrueupError[];
}

async function opened(folder: StateFolder): Promise<Opened> {
  const problems: TrueupError[] = [];
  return {
    store: await openServedMemory(folder, 'local', {
      mask: (text) => text.replaceAll('hunter2', '(secret)'),
      onTrouble: (problem) => problems.push(problem),
    }),
    problems,
  };
}

/** What a daemon that starts now would know. */
async function rememberedIn(folder: StateFolder): Promise<ServedMemory> {
  return (await opened(folder)).store.get();
}

function placed(content: string): StateFolder {
  const folder = stateFolder(scratchFolder());
  mkdirSync(dirname(pathIn(folder)), { recursive: true });
  writeFileSync(pathIn(folder), content);
  return folder;
}

describe('what the daemon remembers', () => {
  it('is nothing where nothing was written; looking makes no folder', async () => {
    const root = scratchFolder();

    expect((await opened(stateFolder(root))).store.get()).toEqual(NOTHING_REMEMBERED);
    expect(await rememberedIn(stateFolder(root))).toEqual(NOTHING_REMEMBERED);
    expect(readdirSync(root)).toEqual([]);
  });

  it('is there again after a restart, for the user alone, in a folder that git ignores', async () => {
    const folder = stateFolder(scratchFolder());
    {
      await using store = (await opened(folder)).store;
      store.set(MEMORY);
    }

    const { store, problems } = await opened(folder);
    expect(store.get()).toEqual(MEMORY);
    expect(problems).toEqual([]);
    expect(statSync(pathIn(folder)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder.path, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('holds no secret, where a state was entered for words that a service said', async () => {
    const folder = stateFolder(scratchFolder());
    const { store } = await opened(folder);
    const [arrow] = MEMORY.transitions;
    if (arrow === undefined) throw new Error('no transition');
    store.set({
      ...MEMORY,
      transitions: [{ ...arrow, reason: 'service.web is unhealthy: token hunter2 is not valid' }],
    });
    await store.flush();

    expect(readFileSync(pathIn(folder), 'utf8')).not.toContain('hunter2');
    expect((await rememberedIn(folder)).transitions[0]?.reason).toBe(
      'service.web is unhealthy: token (secret) is not valid',
    );
  });

  it('is written once for many changes, seconds later', async () => {
    const folder = stateFolder(scratchFolder());
    const { store } = await opened(folder);
    vi.useFakeTimers();
    try {
      for (let index = 0; index < 1000; index += 1)
        store.set({ ...MEMORY, heard: { docker: new Date(index).toISOString() } });
      await vi.advanceTimersByTimeAsync(4900);
      expect(existsSync(pathIn(folder))).toBe(false);
      await vi.advanceTimersByTimeAsync(200);
    } finally {
      vi.useRealTimers();
    }
    const first = store.flush();
    await first;
    const { ino } = statSync(pathIn(folder));
    store.set(structuredClone(store.get()));
    await store.flush();

    expect((await rememberedIn(folder)).heard).toEqual({ docker: '1970-01-01T00:00:00.999Z' });
    expect(statSync(pathIn(folder)).ino).toBe(ino);
  });

  it('is written again where the folder was deleted meanwhile', async () => {
    const folder = stateFolder(scratchFolder());
    const { store, problems } = await opened(folder);
    store.set(MEMORY);
    await store.flush();
    rmSync(folder.path, { recursive: true });

    store.set({ ...MEMORY, state: 'healthy' });
    await store.flush();

    expect((await rememberedIn(folder)).state).toBe('healthy');
    expect(problems).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['half a file', '{"format_version":"1.0","state":'],
    ['a state that there is not', JSON.stringify({ format_version: '1.0', ...MEMORY, state: 'odd' })],
    ['heals of no address', JSON.stringify({ format_version: '1.0', ...MEMORY, heals: { web: {} } })],
    ['no moment', JSON.stringify({ format_version: '1.0', ...MEMORY, heard: { docker: 'soon' } })],
  ])('begins anew where the file holds %s, which is kept aside', async (_what, content) => {
    const folder = placed(content);

    const { store, problems } = await opened(folder);
    store.set(MEMORY);
    await store.flush();

    expect(problems.map(({ code }) => code)).toEqual(['state_unreadable']);
    expect(readdirSync(dirname(pathIn(folder)))).toEqual(['local.json', matching(/^local\.json\.unreadable-/)]);
    expect(await rememberedIn(folder)).toEqual(MEMORY);
  });

  it('leaves the file of a newer trueup as it is, and remembers for as long as it lives', async () => {
    const newer = JSON.stringify({ format_version: '2.0', moods: [] });
    const folder = placed(newer);

    const { store, problems } = await opened(folder);
    store.set(MEMORY);
    await store.flush();

    expect(problems.map(({ code }) => code)).toEqual(['state_too_new']);
    expect(store.get()).toEqual(MEMORY);
    expect(readFileSync(pathIn(folder), 'utf8')).toBe(newer);
  });

  it('reads what a newer minor version added', async () => {
    const folder = placed(JSON.stringify({ format_version: '1.7', ...MEMORY, moods: [] }));

    expect(await rememberedIn(folder)).toEqual(MEMORY);
  });

  it.runIf(CAN_MOUNT)('says once that the disk is full, goes on, and says it again when it fails again', async () => {
    const folder = stateFolder(smallDisk('256k'));
    const { store, problems } = await opened(folder);
    store.set(MEMORY);
    await store.flush();
    const filler = join(dirname(folder.path), 'filler');
    const fill = (): void => {
      try {
        writeFileSync(filler, Buffer.alloc(512 * 1024));
      } catch {
        // As full as it gets.
      }
    };

    fill();
    for (const state of ['failed', 'healthy'] as const) {
      store.set({ ...MEMORY, state });
      await store.flush();
    }
    expect(problems.map(({ code }) => code)).toEqual(['state_unwritable']);
    expect((await rememberedIn(folder)).state).toBe('degraded');

    rmSync(filler);
    await store.flush();
    expect((await rememberedIn(folder)).state).toBe('healthy');
    fill();
    store.set(MEMORY);
    await store.flush();
    expect(problems.length).toBe(2);
  });
});
