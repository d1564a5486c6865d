import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findApiServer } from '../../../../../src/drivers/kwok/observe/api-server-version.ts';
import { askFacts } from '../../../../../src/drivers/kwok/observe/ask-facts.ts';
import { kwokObserver } from '../../../../../src/drivers/kwok/observe/observer.ts';

const { signal } = new AbortController();
const SAYS_ITS_VERSION = 'echo kwokctl version v0.8.0 "go1.26 (linux/amd64)"';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  vi.stubEnv('PATH', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function toolThat(does: string, name: string = 'kwokctl'): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
}

function asked(timeoutMs?: number): ReturnType<typeof askFacts> {
  return askFacts({ name: 'clusters', root: folder }, signal, timeoutMs);
}

test('kwokctl and the API server on the PATH say what they are', async () => {
  await toolThat(SAYS_ITS_VERSION);
  expect(await asked()).toEqual({ kind: 'kwok', version: '0.8.0', api_server: null, api_server_problem: null });

  await toolThat('echo Kubernetes v1.36.3', 'kube-apiserver');
  expect(await asked()).toMatchObject({ api_server: '1.36.3' });
});

test('where there is no kwokctl, what installs it is said', async () => {
  await expect(asked()).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: 'engine "clusters" needs kwokctl, which is not on the PATH',
    next: expect.stringContaining('go install sigs.k8s.io/kwok/cmd/kwokctl@latest') as string,
  });
});

test('one that is too old is said to be', async () => {
  await toolThat('echo kwokctl version v0.5.2 "go1.22 (linux/amd64)"');

  await expect(asked()).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: 'engine "clusters" needs kwokctl 0.6 or newer, and finds 0.5.2',
    next: expect.stringContaining('go install') as string,
  });
});

test.each([
  ['hangs', 'exec /bin/sleep 1000', /^kwokctl does not say .*: it did not end within 0\.05 s$/],
  ['is something else', 'echo what >&2; exit 3', /^kwokctl does not say .*: what$/],
  ['asks a question', 'read answer || answer=nobody; echo "$answer answers"', /: nobody answers$/],
])('one that %s says no version', async (_, does, message) => {
  await toolThat(does);

  await expect(asked(does.startsWith('exec') ? 50 : undefined)).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: expect.stringMatching(message) as string,
  });
});

test.each([
  ['hangs', 'exec /bin/sleep 1000', 'and did not end within 0.05 s'],
  ['does not run here', 'exit 126', 'kube-apiserver does not say which version it is'],
])('an API server on the PATH that %s is not taken for one that kwokctl fetches', async (_, does, message) => {
  await toolThat(does, 'kube-apiserver');

  expect(await findApiServer(signal, does.startsWith('exec') ? 50 : 10_000)).toEqual({
    version: null,
    problem: expect.stringContaining(message) as string,
  });
});

test('an API server on the PATH that is of no use keeps nobody from the clusters that there are', async () => {
  await toolThat(SAYS_ITS_VERSION);
  await toolThat('exit 126', 'kube-apiserver');

  expect(await asked()).toMatchObject({
    api_server: null,
    api_server_problem: expect.stringContaining('does not say which version it is') as string,
  });
});

test('an engine without a kwokctl that can be worked with is unreachable, and no failure', async () => {
  await toolThat('exit 1');
  const observer = kwokObserver({ name: 'clusters', root: folder });
  const scope = { owners: [], project: 'shop', environment: 'local', names: {} };

  expect(await observer.observe(scope, signal)).toMatchObject({
    status: 'unreachable',
    error: expect.stringContaining('kwokctl does not say which version it is') as string,
  });

  await observer.close();
});
