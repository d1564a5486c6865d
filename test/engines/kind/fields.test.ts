/**
 * A row for each field of a cluster. All of them are declared of one cluster, as each has its price: declared, it is equal as the
 * tools show it, with what was recorded deleted too; edited, it is exactly that difference, with its effect; changed by somebody
 * else, it is drift, and quiet once it is healed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_NODE, type KindRepo, kindRepo } from '../../support/kind/kind-repo.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { FIELD_ROWS } from './field-rows.ts';

const lacks = process.env[KIND_LACKS];

const ADDON = `apiVersion: v1
kind: Namespace
metadata: { name: tools }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: greeting, namespace: tools }
data: { text: hello }
`;

const DECLARED = Object.fromEntries(
  FIELD_ROWS.flatMap(({ field, first }) => (first === undefined ? [] : [[field, first]])),
);

describe('fields of clusters of kind', () => {
  it('have a row each', () => {
    const inSchema = new Set(schemaFields('cluster').map((field) => field.split('.')[0] ?? ''));

    expect([...new Set(FIELD_ROWS.map(({ field }) => field))].toSorted()).toEqual([...inSchema].toSorted());
  });
});

describe.skipIf(lacks !== undefined)(`fields of clusters on kind${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  let repo: KindRepo;

  beforeAll(async () => {
    repo = await kindRepo(DECLARED, { 'k8s/tools.yaml': ADDON, '.gitignore': 'kube/\n.trueup/\n' });
    await repo.applied();
  });

  afterAll(async () => repo[Symbol.asyncDispose]());

  it('are equal once declared, with what was recorded deleted too', async () => {
    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('of ports are those of the engine', async () => {
    expect(await repo.docker('port', FIRST_NODE)).toMatch(/30081\/tcp -> 127\.0\.0\.1:18081/);
    expect(await repo.docker('port', FIRST_NODE)).toMatch(/30082\/udp -> 127\.0\.0\.1:18082/);
  });

  for (const { field, title = field, second, expected, shows, world } of FIELD_ROWS) {
    if (!Object.hasOwn(DECLARED, field)) continue;
    it(`${title}: shown, edited, and changed by somebody else`, async () => {
      if (shows !== undefined) {
        const shown = await repo.docker('exec', FIRST_NODE, ...shows.command.split(' '));
        expect(shown).toMatch(shows.as);
      }

      await repo.declare({ [field]: second ?? null });
      expect(await repo.differences()).toEqual(expected.map((line) => `cluster.dev $${line}`));
      await repo.declare(DECLARED);
      if (world === undefined) return;

      await repo.docker('exec', FIRST_NODE, ...world.split(' '));
      const drift = await repo.trueup(['drift', 'local']);
      expect(drift.status, drift.stdout).toBe(2);
      await repo.applied();
      expect((await repo.trueup(['drift', 'local'])).status).toBe(0);
    });
  }
});
