/** What is declared, read anew by who only looks. Real files. */
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { builtInDrivers } from '../../../../src/drivers/registry.ts';
import { loadDesired } from '../../../../src/flow/load.ts';
import { openWorkspace } from '../../../../src/flow/workspace.ts';
import type { Address } from '../../../../src/model/address.ts';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';
import { DeclaredWatch } from '../../../../src/serve/watch/declared-watch.ts';
import { eventually } from '../../../support/eventually.ts';
import { never, repoWith, scratchFolder, write } from '../../git/scratch-repo.ts';

const FOLDER = 'environments/local';
const FILES = {
  [`${FOLDER}/environment.yaml`]: 'services:\n  one: { container: { image: "busybox:1" } }\n',
  [`${FOLDER}/two.yaml`]: 'services:\n  two: { container: { image: "busybox:1" } }\n',
};

async function watched(targets: readonly Address[] = []) {
  const root = repoWith(FILES);
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  const ahead = new Date(Date.now() + 86_400_000);
  utimesSync(join(root, `${FOLDER}/environment.yaml`), ahead, ahead);
  const options = { directory: root, drivers: builtInDrivers, environment: process.env, changing: false };
  const workspace = await openWorkspace(options, never);
  const load = { variables: {}, profiles: [], secrets: 'leave' } as const;
  const { environments } = await loadDesired(workspace, load, never);
  const [environment] = environments;
  if (environment === undefined) throw new Error('nothing is declared');
  const told = { changed: 0, mistaken: [] as (readonly Diagnostic[])[], gone: [] as (readonly Address[])[] };
  const declared = new DeclaredWatch({
    workspace,
    environment,
    load,
    targets: new Set(targets),
    changed: () => void (told.changed += 1),
    mistaken: (diagnostics) => void told.mistaken.push(diagnostics),
    gone: (addresses) => void told.gone.push(addresses),
    polling: () => undefined,
  });
  onTestFinished(() => declared[Symbol.asyncDispose]());
  return { root, declared, told };
}

it('is read once, whatever the times of its files say of the future', async () => {
  const { declared, told } = await watched();
  const first = await declared.read(never);
  const again = await declared.read(never);
  expect(told.changed).toBe(0);
  expect(again).toBe(first);
});

it('does not count without what is looked at, which is told, and counts again with it', async () => {
  const { root, declared, told } = await watched(['service.two']);
  const { environment } = await declared.read(never);
  rmSync(join(root, `${FOLDER}/two.yaml`));
  await eventually(() => told.changed > 0, 'to be told that it is gone');

  const without = await declared.read(never);
  expect(told).toMatchObject({ gone: [['service.two']], mistaken: [] });
  expect(without.environment).toBe(environment);

  const before = told.changed;
  write(root, { [`${FOLDER}/two.yaml`]: 'services:\n  two: { container: { image: "busybox:2" } }\n' });
  await eventually(() => told.changed > before, 'to be told that it is back');
  const back = await declared.read(never);
  expect(back.environment.resources.get('service.two')?.config).toMatchObject({ container: { image: 'busybox:2' } });
});

it('tells a mistake from an environment that is gone', async () => {
  const { root, declared, told } = await watched();
  await declared.read(never);
  write(root, { [`${FOLDER}/two.yaml`]: 'services: { two: 2 }\n' });
  await eventually(() => told.changed > 0, 'to be told of the mistake');
  await declared.read(never);
  expect(told.mistaken.flat().map(({ code }) => code)).toEqual(['invalid_value']);
  expect(told.gone).toEqual([]);

  const before = told.changed;
  rmSync(join(root, FOLDER), { recursive: true });
  await eventually(() => told.changed > before, 'to be told that it is gone');
  await declared.read(never);
  expect(told).toMatchObject({ gone: [[]], mistaken: [[{}]] });
});
