/**
 * A row for each field of a cluster. All of them are declared of one cluster, as each has its price: declared, it is equal as the
 * tools show it, with what was recorded deleted too; edited, it is exactly that difference, with its effect; changed by somebody
 * else, it is drift, and quiet once it is healed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_NODE, type KindRepo, kindRepo } from '../../support/kind/kind-repo.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { FIELD_ROWS, type FieldRow } from './field-rows.ts';

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
      expect(await repo.differences()).toEqual(expected.map(inFull));
      await repo.declare(DECLARED);
      if (world === undefined) return;

      await repo.docker('exec', FIRST_NODE, ...world.split(' '));
      expect(await repo.drifted()).toEqual(['cluster.dev']);
      await repo.applied();
      expect(await repo.drifted()).toEqual([]);
    });
  }

  it('that are edited in the manifests of its control plane are drift, until somebody takes that back', async () => {
    const rows = FIELD_ROWS.filter((row) => row.edited !== undefined);
    const edit = async (way: (row: FieldRow['edited']) => string): Promise<void> => {
      await repo.docker('exec', FIRST_NODE, 'sh', '-c', rows.map(({ edited }) => way(edited)).join(' && '));
    };

    await edit((row) => `sed -i s/${row?.from}/${row?.to}/ /etc/kubernetes/manifests/${row?.manifest}.yaml`);
    const found = await repo.differences();
    await edit((row) => `sed -i s/${row?.to}/${row?.from}/ /etc/kubernetes/manifests/${row?.manifest}.yaml`);

    expect(found).toEqual(rows.flatMap(({ expected }) => expected.map(inFull)).toSorted());
    await repo.answering();
    expect(await repo.drifted()).toEqual([]);
  });

  it('are equal once edited, in place and in the same nodes where that says so', async () => {
    const born = await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE);
    await repo.declare(secondsOf('in_place'));

    await repo.applied();

    expect(await repo.differences()).toEqual([]);
    expect(await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE)).toBe(born);
    expect(await repo.kubectl('get', 'nodes', '-l', 'node-role.kubernetes.io/infra', '-o', 'name')).toMatch(/worker$/);
    expect(await repo.docker('exec', FIRST_NODE, 'cat', '/etc/containerd/certs.d/docker.io/hosts.toml')).not.toMatch(
      /one\.example/,
    );
  });

  it('are equal once edited, in a new cluster where that says so', async () => {
    // A label like those of the system is taken away again on the way.
    await repo.declare({ ...DECLARED, ...secondsOf('replace') });

    await repo.applied();

    expect(await repo.differences()).toEqual([]);
    expect(await repo.docker('port', FIRST_NODE)).toMatch(/30083\/tcp -> 127\.0\.0\.1:18081/);
    expect(await repo.kubectl('get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}')).toMatch(/^10\.96\./);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  });
});

function inFull(line: string): string {
  return `cluster.dev $${line}`;
}

/** Of all rows whose edit takes that and is carried out. Where a field has several, the last one counts. */
function secondsOf(effect: 'in_place' | 'replace'): Readonly<Record<string, string | null>> {
  const rows = FIELD_ROWS.filter(
    ({ field, expected, notApplied }) =>
      notApplied === undefined &&
      Object.hasOwn(DECLARED, field) &&
      expected.some((line) => line.endsWith(` ${effect}`)),
  );
  return Object.fromEntries(rows.map(({ field, second }) => [field, second ?? null]));
}
