import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { listenToAddons } from '../../../../../src/drivers/kubernetes/watch/listen-to-addons.ts';
import type { WatchLine } from '../../../../../src/drivers/kubernetes/watch/watch-list.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { eventually } from '../../../../support/eventually.ts';
import { keepingApi } from '../keeping-api.ts';

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
  /** Has a watch bring a line. */
  tell(path: string, line: WatchLine): void;
}

function listening(api: ReturnType<typeof keepingApi>): Listening {
  const ending = new AbortController();
  const tellers = new Map<string, (line: WatchLine) => void>();
  const watched = new Set<string>();
  async function* watch(path: string, _version: string, signal: AbortSignal): AsyncGenerator<WatchLine> {
    watched.add(path);
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
  const done = listenToAddons({ api, watch, signal: ending.signal, changed: heard });
  return {
    heard,
    watched,
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
