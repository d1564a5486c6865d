/**
 * A row for each field of a cluster, all of them declared of one cluster: declared, it is equal as the tools show it, with what was
 * recorded deleted too; edited, it is exactly that difference, with its effect, and equal once applied; changed by somebody else, it
 * is drift, and quiet once it is healed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { type KwokRepo, kwokRepo } from '../../support/kwok/kwok-repo.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { FIELD_ROWS, type FieldRow, type Shown } from './field-rows.ts';

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

const DECLARED_ROWS = FIELD_ROWS.filter(({ first, onlyPlanned }) => first !== undefined && onlyPlanned === undefined);
const DECLARED = Object.fromEntries(
  DECLARED_ROWS.flatMap(({ field, first }) => (first === undefined ? [] : [[field, first]])),
);

describe('fields of clusters', () => {
  it('have a row each', () => {
    const inSchema = new Set(schemaFields('cluster').map((field) => field.split('.')[0] ?? ''));

    expect([...new Set(FIELD_ROWS.map(({ field }) => field))].toSorted()).toEqual([...inSchema].toSorted());
  });
});

describe.skipIf(lacks !== null)(`fields of clusters on kwok${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: KwokRepo;

  beforeAll(async () => {
    repo = await kwokRepo(DECLARED, { 'k8s/tools.yaml': ADDON, '.gitignore': 'kube/\n.trueup/\n' });
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

  async function expectShown(shown: Shown): Promise<void> {
    if ('settings' in shown) expect(await readFile(join(repo.folder, 'kwok.yaml'), 'utf8')).toMatch(shown.settings);
    else expect(await repo.kubectl(...shown.kubectl.split(' '))).toMatch(shown.as);
  }

  async function expectEqual(): Promise<void> {
    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  }

  /** When the cluster was made: another one has another. */
  async function born(): Promise<string> {
    return repo.kubectl('get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}');
  }

  it('are equal once declared, as the tools show it, with what was recorded deleted too', async () => {
    await expectEqual();
    for (const { shows } of DECLARED_ROWS) if (shows !== undefined) await expectShown(shows);
  });

  for (const { field, title = field, first, second, expected, onlyPlanned } of FIELD_ROWS) {
    if (first === undefined) continue;
    it(`${title}: edited, it is exactly that difference`, async () => {
      await repo.only({ ...DECLARED, [field]: onlyPlanned === true ? first : (second ?? null) });

      expect(await repo.differences()).toEqual(expected.map(inFull));
    });
  }

  it.each(['kubectl', 'settings'] as const)(
    'are drift where somebody else changed them (%s), and quiet once healed',
    async (by) => {
      await repo.only(DECLARED);
      // What was recorded says who it was.
      await repo.applied();
      const worlds = DECLARED_ROWS.flatMap(({ world }) => (world !== undefined && by in world ? [world] : []));
      expect(worlds.length).toBeGreaterThan(2);

      for (const world of worlds) await act(world);

      expect(await repo.drift()).toEqual(
        worlds.flatMap(({ paths }) => paths.map((path) => inFull(`${path} world`))).toSorted(),
      );
      await repo.applied();
      expect(await repo.drift()).toEqual([]);
    },
  );

  it('are equal once edited, in the same cluster where that says so', async () => {
    await repo.only(DECLARED);
    const before = await born();
    await repo.only({ ...DECLARED, ...secondsOf('in_place'), protect: null });

    await repo.applied();

    expect(await born()).toBe(before);
    await expectEqual();
    for (const row of rowsWith('in_place')) if (row.showsThen !== undefined) await eventuallyShown(row.showsThen);
  });

  it('are equal once edited, in a new cluster where that says so', async () => {
    const before = await born();
    await repo.only({ ...DECLARED, ...secondsOf('replace') });

    await repo.applied();

    expect(await born()).not.toBe(before);
    await expectEqual();
    for (const row of rowsWith('replace')) if (row.showsThen !== undefined) await expectShown(row.showsThen);
  });

  it('protect it once that is declared', async () => {
    await repo.declare({ protect: 'true' });

    await repo.applied();

    await expectEqual();
  });

  /** What is removed may take a while to be gone. */
  async function eventuallyShown(shown: Shown): Promise<void> {
    await eventually(async () => {
      try {
        await expectShown(shown);
        return true;
      } catch {
        return false;
      }
    }, JSON.stringify(shown));
  }
});

function inFull(line: string): string {
  return `cluster.dev $${line}`;
}

function rowsWith(effect: 'in_place' | 'replace'): readonly FieldRow[] {
  return DECLARED_ROWS.filter(({ expected }) => expected.some((line) => line.endsWith(` ${effect}`)));
}

/** Where a field has several rows, the last one counts. */
function secondsOf(effect: 'in_place' | 'replace'): Readonly<Record<string, string | null>> {
  return Object.fromEntries(rowsWith(effect).map(({ field, second }) => [field, second ?? null]));
}
