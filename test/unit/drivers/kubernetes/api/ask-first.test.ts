import { expect, test } from 'vitest';
import type { ApiAnswer, ApiRequest, ClusterApi } from '../../../../../src/drivers/kubernetes/api/answer.ts';
import { askFirst } from '../../../../../src/drivers/kubernetes/api/ask-first.ts';
import { silence, unanswered } from '../../../../../src/drivers/kubernetes/api/problems.ts';
import { answer } from '../scripted-api.ts';

const { signal } = new AbortController();
const HANGS = unanswered('https://x', silence(1));
const REFUSES = unanswered('https://x', new Error('connect ECONNREFUSED'));

function apiOf(answers: readonly (ApiAnswer | Error)[]): ClusterApi & { readonly asked: readonly ApiRequest[] } {
  const asked: ApiRequest[] = [];
  return {
    server: 'https://x',
    asked,
    ask(request) {
      const found = answers[asked.push(request) - 1] ?? new Error('asked too often');
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
    close: () => undefined,
  };
}

test('a server that is late is asked once more', async () => {
  const api = apiOf([HANGS, answer(200, 'ok')]);

  expect(await askFirst(api, { path: '/version' }, signal)).toMatchObject({ status: 200 });

  expect(api.asked.map(({ path }) => path)).toEqual(['/version', '/version']);
});

test('a server that is silent twice does not answer', async () => {
  const api = apiOf([HANGS, HANGS]);

  await expect(askFirst(api, { path: '/version' }, signal)).rejects.toBe(HANGS);
});

test.each([
  ['answers', answer(200, 'ok')],
  ['is not there', REFUSES],
])('a server that %s is asked once', async (_, first) => {
  const api = apiOf([first]);

  await askFirst(api, { path: '/version' }, signal).catch(() => null);

  expect(api.asked).toHaveLength(1);
});
