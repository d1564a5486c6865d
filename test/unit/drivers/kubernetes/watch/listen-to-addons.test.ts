import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { type ListenOptions, listenToAddons } from '../../../../../src/drivers/kubernetes/watch/listen-to-addons.ts';
import type { WatchLine, WatchQuery } from '../../../../../src/drivers/kubernetes/watch/watch-list.ts';
import { waitFor } from '../../../../../src/drivers/wait.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { eventually } from '../../../../support/eventually.ts';
import { keepingApi } from '../keeping-api.ts';
import { answer } from '../scripted-api.ts';

const SECRETS = '/api/v1/namespaces/kube-system/secrets';
const MAPS = '/api/v1/namespaces/shop/configmaps';
const WIDGETS = '/apis/x.io/v1/namespaces/shop/widgets';

function inventory(...objects: readonly (readonly [apiVersion: string, kind: string, name: string])[]): JsonObject {
  const noted = objects.map(([apiVersion, kind, name]) => ({ apiVersion, kind, name, namespace: 'shop' }));
  const packed = gzipSync(JSON.stringify({ addons: [], objects: noted })).toString('base64');
  return { metadata: { name: 'trueup-addons', namespace: 'kube-system' }, data: { inventory: packed } };
}

interface Listening extends AsyncDisposable {
  readonly heard: ReturnType<typeof vi.fn<() => void>>;
  /** Which lists are watched now. */
  readonly watched: ReadonlySet<string>;
  /** The lists that were ever watched, each with what was selected of it. */
  readonly selected: ReadonlySet<string>;
  /** Has a watch bring a line. */
  tell(path: string, line: WatchLine): void;
}

function listening(api: ReturnType<typeof keepingApi>, pause: ListenOptions['pause'] = waitFor): Listening {
  const ending = new AbortController();
  const tellers = new Map<string, (line: WatchLine) => void>();
  const watched = new Set<string>();
  const selected = new Set<string>();
  async function* watch(
    path: string,
    { fieldSelector = '' }: WatchQuery,
    signal: AbortSignal,
  ): AsyncGenerator<WatchLine> {
    watched.add(path);
    selected.add(`${path} ${fieldSelector}`);
    const lines = new ReadableStream<WatchLine>({
      start(stream) {
        tellers.set(path, (line) => stream.enqueue(line));
        signal.addEventListener('abort', () => stream.close(), { once: true });
      },
    });
    yield* lines;
    watched.delete(path);
  }
  const heard = vi.fn<() => void>();
  const done = listenToAddons({ api, watch, signal: ending.signal, changed: heard, pause });
  return {
    heard,
    watched,
    selected,
    tell: (path, line) => tellers.get(path)?.(line),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await done;
    },
  };
}

function modified(object: JsonObject): WatchLine {
  return { type: 'MODIFIED', object };
}

function settings(fields: JsonObject): JsonObject {
  return { metadata: { name: 'settings', namespace: 'shop' }, ...fields };
}

test('what somebody changes of an object of an addon is heard of, and what nobody wishes for is not', async () => {
  const api = keepingApi();
  api.put(`${SECRETS}/trueup-addons`, inventory(['v1', 'ConfigMap', 'settings']));
  api.put(`${MAPS}/settings`, settings({ data: { text: 'hello' } }));
  await using listener = listening(api);
  await eventually(() => listener.watched.has(MAPS), 'the maps to be watched');
  // Made anew by somebody: the one that was listed has an uid.
  listener.tell(MAPS, modified(settings({ data: { text: 'hello' } })));
  await eventually(() => listener.heard.mock.calls.length === 1, 'the first to be heard');

  listener.tell(MAPS, modified({ ...settings({ data: { text: 'hello' } }), status: { at: 1 } }));
  listener.tell(MAPS, modified({ metadata: { name: 'theirs', namespace: 'shop' } }));
  listener.tell(MAPS, modified(settings({ data: { text: 'bye' } })));

  await eventually(() => listener.heard.mock.calls.length > 1, 'the last to be heard');
  expect(listener.heard).toHaveBeenCalledTimes(2);
});

test('what addons name next is listened to, and what they name no more is not', async () => {
  const api = keepingApi();
  api.put(`${SECRETS}/trueup-addons`, inventory(['v1', 'ConfigMap', 'settings']));
  await using listener = listening(api);
  await eventually(() => listener.watched.has(MAPS), 'the maps to be watched');

  listener.tell(SECRETS, modified(inventory(['x.io/v1', 'Widget', 'big'])));

  await eventually(
    () => listener.watched.has(WIDGETS) && !listener.watched.has(MAPS),
    'the widgets to be watched, and no maps',
  );
  expect(listener.heard).toHaveBeenCalledTimes(1);
});

test('a cluster without addons is listened to until it has some', async () => {
  const api = keepingApi();
  await using listener = listening(api);
  await eventually(() => listener.watched.has(SECRETS), 'the note to be watched');

  listener.tell(SECRETS, { type: 'ADDED', object: inventory(['v1', 'ConfigMap', 'settings']) });

  await eventually(() => listener.watched.has(MAPS), 'the maps to be watched');
});

test('a kind that the server does not know yet is listened to once it does, and looked at for what was missed', async () => {
  const api = keepingApi();
  api.put(`${SECRETS}/trueup-addons`, inventory(['v1', 'ConfigMap', 'settings'], ['x.io/v1', 'Widget', 'big']));
  api.fail('/apis/x.io/v1', () => answer(404, { message: 'not found' }));
  const pauses: number[] = [];
  await using listener = listening(api, (milliseconds) => {
    pauses.push(milliseconds);
    if (pauses.length === 3) api.fail('/apis/x.io/v1', null);
    return Promise.resolve();
  });

  await eventually(() => listener.watched.has(WIDGETS) && listener.watched.has(MAPS), 'both kinds to be watched');
  expect(pauses).toEqual([500, 1000, 2000]);
  expect(listener.heard).toHaveBeenCalledTimes(1);
});

test('of secrets none is read but the note and those of addons; of other kinds a list is read once', async () => {
  const api = keepingApi();
  const secrets = SECRETS.replace('kube-system', 'shop');
  const noted = inventory(
    ['v1', 'Secret', 'key'],
    ['v1', 'Secret', 'token'],
    ['v1', 'ConfigMap', 'settings'],
    ['x.io/v1', 'Widget', 'big'],
    ['x.io/v1', 'Widget', 'small'],
  );
  api.put(`${SECRETS}/trueup-addons`, noted);
  await using listener = listening(api);
  await eventually(() => listener.selected.size === 5, 'all to be watched');

  expect([...listener.selected].toSorted()).toEqual(
    [
      `${SECRETS} metadata.name=trueup-addons`,
      `${secrets} metadata.name=key`,
      `${secrets} metadata.name=token`,
      `${MAPS} metadata.name=settings`,
      `${WIDGETS} `,
    ].toSorted(),
  );
});
