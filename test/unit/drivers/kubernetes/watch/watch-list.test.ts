import { expect, test } from 'vitest';
import { keepList, type WatchLine, type WatchQuery } from '../../../../../src/drivers/kubernetes/watch/watch-list.ts';
import { memberAt, scalarText } from '../../../../../src/model/json.ts';
import { answer, scriptedApi } from '../scripted-api.ts';

function pod(name: string, resourceVersion: string): { metadata: { name: string; resourceVersion: string } } {
  return { metadata: { name, resourceVersion } };
}

interface Heard {
  readonly names: readonly (readonly string[] | null)[];
  readonly from: readonly string[];
  readonly pauses: readonly number[];
}

/** Each connection gives its lines and ends; after the last one the signal aborts. */
async function heard(
  connections: readonly (readonly WatchLine[])[],
  list: Parameters<typeof scriptedApi>[0][string] = { metadata: { resourceVersion: '1' }, items: [pod('a', '1')] },
): Promise<Heard> {
  const controller = new AbortController();
  const [names, from, pauses]: [(readonly string[] | null)[], string[], number[]] = [[], [], []];
  const left = [...connections];
  async function* watch(_path: string, { resourceVersion: version }: WatchQuery): AsyncGenerator<WatchLine> {
    from.push(version);
    const lines = left.shift();
    if (lines === undefined) controller.abort();
    else yield* lines;
    await Promise.resolve();
  }
  const kept = keepList({
    api: scriptedApi({ 'GET /api/v1/pods': list ?? null }),
    watch,
    path: '/api/v1/pods',
    signal: controller.signal,
    changed: () => {
      const items = kept.items();
      names.push(items === null ? null : items.map((item) => scalarText(memberAt(item, 'metadata', 'name'))));
    },
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      if (pauses.length > 5) controller.abort();
      return Promise.resolve();
    },
  });
  await kept.done;
  return { names, from, pauses };
}

test('a list follows what happens, and goes on from where a watch ended', async () => {
  const { names, from } = await heard([
    [{ type: 'ADDED', object: pod('b', '2') }],
    [
      { type: 'DELETED', object: pod('a', '3') },
      { type: 'BOOKMARK', object: pod('', '9') },
    ],
  ]);

  expect(names).toEqual([['a'], ['a', 'b'], ['b']]);
  expect(from).toEqual(['1', '2', '9']);
});

test('where the server has forgotten where the watch was, it is listed anew', async () => {
  const { names, from } = await heard([
    [{ type: 'ADDED', object: pod('b', '2') }],
    [{ type: 'ERROR', object: { code: 410 } }],
  ]);

  expect(names).toEqual([['a'], ['a', 'b'], ['a']]);
  expect(from).toEqual(['1', '2', '1']);
});

test('a server that cannot be asked is asked again, with growing pauses, and nothing is known meanwhile', async () => {
  let calls = 0;
  const { names, pauses } = await heard([[]], () => {
    calls += 1;
    return calls === 1 ? answer(200, { metadata: { resourceVersion: '1' }, items: [] }) : answer(500, {});
  });

  expect(names).toEqual([[]]);
  expect(pauses).toEqual([]);

  const failing = await heard([], () => answer(500, {}));

  expect(failing.names).toEqual([]);
  expect(failing.pauses).toEqual([250, 500, 1000, 2000, 4000, 8000]);
});
