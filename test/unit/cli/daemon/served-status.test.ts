import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { servedStatus } from '../../../../src/cli/daemon/served-status.ts';
import type { Address } from '../../../../src/model/address.ts';
import type { ResourceStatus } from '../../../../src/report/status.ts';
import { openApi } from '../../../../src/serve/api/api.ts';
import { claimRoot } from '../../../../src/serve/api/socket.ts';
import { TokenStore } from '../../../../src/serve/api/tokens.ts';
import { memoryServed } from '../../../support/memory-served.ts';

const { signal } = new AbortController();

function service(address: Address): ResourceStatus {
  return {
    address,
    engine: 'process',
    name: 'x',
    run_state: 'running',
    health: 'unknown',
    gate: { met: true, at: '2026-01-31T10:00:00.000Z' },
    reason: null,
    since: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    details: {},
  };
}

async function folders(): Promise<string> {
  const scratch = await mkdtemp('/tmp/trueup-test-');
  onTestFinished(() => rm(scratch, { recursive: true, force: true }));
  for (const name of ['repo', 'run']) await mkdir(join(scratch, name), { mode: 0o700 });
  vi.stubEnv('XDG_RUNTIME_DIR', join(scratch, 'run'));
  return scratch;
}

test('is what the daemon of the repo says of its environments, and of what the words mean', async () => {
  const scratch = await folders();
  const root = join(scratch, 'repo');
  const served = memoryServed(['repo/local', 'repo/staging', 'other/local']);
  for (const environment of served.all) {
    if (environment.id.startsWith('repo/')) Object.assign(environment, { source: root });
    if (environment.current === null) continue;
    environment.current = { ...environment.current, resources: [service('service.db'), service('service.web')] };
  }
  await using claim = await claimRoot(root, { command: 'trueup serve', signal });
  await using _api = await openApi(served, {
    claims: [claim],
    tcp: null,
    mask: (text) => text,
    version: '9.9.9',
    onProblem: () => undefined,
    tokens: new TokenStore(join(scratch, 'tokens.json'), () => 0),
  });
  const found = async (words: readonly string[]): Promise<readonly string[] | undefined> =>
    (await servedStatus(root, words, signal))?.map(
      ({ name, state, resources }) => `${name} ${state} ${resources.map(({ address }) => address).join(' ')}`,
    );

  expect(await found([])).toEqual(['local healthy service.db service.web', 'staging healthy service.db service.web']);
  expect(await found(['staging'])).toEqual(['staging healthy service.db service.web']);
  expect(await found(['local/web'])).toEqual(['local healthy service.web']);
  expect(await found(['nothing'])).toBeUndefined();
  expect((await servedStatus(root, ['local/web'], signal))?.[0]?.resources).toEqual([service('service.web')]);
});

test('is nothing where no daemon serves the repo', async () => {
  const scratch = await folders();

  expect(await servedStatus(join(scratch, 'repo'), [], signal)).toBeNull();
});
