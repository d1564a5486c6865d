import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Changing } from '../../../../../src/drivers/kwok/actuate/changing.ts';
import { makeAround } from '../../../../../src/drivers/kwok/actuate/make-around.ts';
import { openConnections } from '../../../../../src/drivers/kwok/connection.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  vi.stubEnv('PATH', root);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('for an API server that would not start nothing is stopped', async () => {
  await writeFile(join(root, 'kube-apiserver'), '#!/bin/sh\nexit 126\n', { mode: 0o755 });
  const list = vi.fn<Changing['processes']['list']>(() => Promise.resolve([]));
  const changing: Changing = {
    engine: { name: 'kwok', root },
    context: {
      signal: new AbortController().signal,
      vault: { reveal: () => '', mask: (text) => text },
      owners: ['ours'],
      run: '01test',
      ownership: { owner: 'ours', project: 'shop', environment: 'local', checkout: null, revision: null },
      progress: () => {},
    },
    connections: openConnections(1),
    processes: { list, commandOf: () => Promise.resolve(null) },
    binaries: () => Promise.resolve({}),
    creating: (act) => act(),
  };

  const making = makeAround(changing, { name: 'dev', config: {} });

  await expect(making).rejects.toMatchObject({
    code: 'step_failed',
    message: expect.stringContaining('does not say which version it is') as string,
  });
  expect(list).not.toHaveBeenCalled();
});
