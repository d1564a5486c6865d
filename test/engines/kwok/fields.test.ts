/**
 * A row for each field of a cluster: declared, it is equal as the tools show it, with what was recorded deleted too; edited, it is
 * exactly that difference, with its effect; changed by somebody else, it is drift, and quiet once it is healed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { type KwokRepo, kwokRepo } from '../../support/kwok/kwok-repo.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { FIELD_ROWS, type FieldRow } from './field-rows.ts';

const lacks = lacksKubernetes(CONTROL_PLANE);

const ADDON = `apiVersion: v1
kind: Namespace
metadata: { name: tools }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: greeting, namespace: tools }
data: { text: hello }
`;

describe('fields of clusters', () => {
  it('have a row each', () => {
    const inSchema = new Set(schemaFields('cluster').map((field) => field.split('.')[0] ?? ''));

    expect([...new Set(FIELD_ROWS.map(({ field }) => field))].toSorted()).toEqual([...inSchema].toSorted());
  });
});

describe.skipIf(lacks !== null)(`fields of clusters on kwok${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: KwokRepo;

  beforeAll(async () => {
    repo = await kwokRepo({}, { 'k8s/tools.yaml': ADDON });
    await repo.applied();
  });

  afterAll(() => repo[Symbol.asyncDispose]());

  async function act(world: NonNullable<FieldRow['world']>): Promise<void> {
    if ('kubectl' in world) return void (await repo.kubectl(...world.kubectl.split(' ')));
    const file = join(repo.folder, 'kwok.yaml');
    const text = await readFile(file, 'utf8');
    expect(text).toContain(world.settings[0]);
    await writeFile(file, text.replaceAll(...world.settings));
  }

  async function shown(shows: NonNullable<FieldRow['shows']>): Promise<void> {
    if ('settings' in shows) expect(await readFile(join(repo.folder, 'kwok.yaml'), 'utf8')).toMatch(shows.settings);
    else expect(await repo.kubectl(...shows.kubectl.split(' '))).toMatch(shows.as);
  }

  for (const { field, title = field, first, second, others = {}, expected, shows, world } of FIELD_ROWS) {
    if (first === undefined) continue;
    it(`${title}: declared, edited, and changed by somebody else`, async () => {
      await repo.only({ ...others, [field]: first });
      await repo.applied();
      expect(await repo.plan()).toMatch(/^No changes/);
      await repo.removeState();
      expect(await repo.plan()).toMatch(/^No changes/);
      if (shows !== undefined) await shown(shows);

      await repo.only({ ...others, [field]: second ?? null });
      expect(await repo.differences()).toEqual(expected.map((line) => `cluster.dev $${line}`));
      await repo.only({ ...others, [field]: first });
      if (world === undefined) return;

      await repo.applied();
      await act(world);
      const drift = await repo.trueup(['drift', 'local']);
      expect(drift.status, drift.stdout).toBe(2);
      await repo.applied();
      expect((await repo.trueup(['drift', 'local'])).status).toBe(0);
    });
  }
});
