import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markFor, markText } from '../../../../../src/drivers/kwok/marks.ts';
import { clusterEvents } from '../../../../../src/drivers/kwok/observe/events.ts';
import type { EngineEvent } from '../../../../../src/drivers/engine-event.ts';

const SCOPE = { owners: ['ours'], project: 'shop', environment: 'local', names: { cluster: ['wanted'] } };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
});

afterEach(() => rm(root, { recursive: true }));

async function cluster(name: string, owner: string, kubeconfig: string): Promise<string> {
  const folder = join(root, 'clusters', name);
  await mkdir(folder, { recursive: true });
  const ownership = { owner, project: 'shop', environment: 'local', checkout: '/repo', revision: 'abc' };
  const mark = markFor('cluster.dev', {}, { ownership });
  await writeFile(
    join(folder, 'trueup.json'),
    markText({ ...mark, kubeconfigs: [{ path: kubeconfig, merged: false }] }),
  );
  return folder;
}

/** The first event after the gap, once `act` is done. */
async function heardAfter(act: () => Promise<void>): Promise<EngineEvent | null> {
  const ended = new AbortController();
  const events = clusterEvents({ name: 'kwok', root }, SCOPE, ended.signal);
  try {
    expect(await events.next()).toMatchObject({ value: { type: 'gap' } });
    await act();
    const heard = await events.next();
    return heard.done === true ? null : heard.value;
  } finally {
    ended.abort();
    await events.return(undefined);
  }
}

test('a kubeconfig that somebody writes is heard of', async () => {
  const kubeconfig = join(root, 'kubeconfig');
  await cluster('dev', 'ours', kubeconfig);

  const heard = await heardAfter(() => writeFile(kubeconfig, 'kind: Config\n'));

  expect(heard).toEqual({ type: 'changed', object: { type: 'cluster', name: 'dev' }, action: 'change' });
});

test('what is done to the clusters of others is not, but for a name that is wanted', async () => {
  const others = join(root, 'others');
  const their = await cluster('a-their', 'somebody', others);
  await cluster('wanted', 'somebody', others);

  const heard = await heardAfter(async () => {
    await writeFile(join(their, 'kwok.yaml'), 'kind: KwokctlConfiguration\ncomponents: [{ name: etcd, binary: /x }]\n');
    await writeFile(others, 'kind: Config\n');
  });

  expect(heard).toMatchObject({ object: { name: 'wanted' } });
});

test('a cluster that cannot be read ends no events', async () => {
  await mkdir(join(root, 'clusters/theirs/trueup.json'), { recursive: true });
  const ending = new AbortController();
  const events = clusterEvents({ name: 'kwok', root }, SCOPE, ending.signal);

  expect((await events.next()).value).toMatchObject({ type: 'gap' });
  ending.abort();
  expect((await events.next()).done).toBe(true);
});
