/**
 * A row for each field of a machine: declared, it is equal as Lima lists it, with what was recorded deleted too; edited, it is
 * exactly that difference, with its effect. The machine is never started: how a field reaches a guest is another test's matter.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildLimaGuest, type LimaGuest } from '../../support/lima/guest.ts';
import { type LimaRepo, limaRepo } from '../../support/lima/lima-repo.ts';
import { lacksForLima, PrivateHome } from '../../support/lima/private-home.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { FIELD_ROWS } from './field-rows.ts';

const lacks = lacksForLima();

interface PlannedChange {
  readonly address: string;
  readonly differences: readonly { readonly field_path: string; readonly effect: string }[];
}

describe('fields of machines', () => {
  it('have a row each', () => {
    const inSchema = new Set(schemaFields('vm').map((field) => field.split('.')[0] ?? ''));

    expect([...new Set(FIELD_ROWS.map(({ field }) => field))].toSorted()).toEqual([...inSchema].toSorted());
  });
});

describe.skipIf(lacks !== null)(`fields of machines of Lima${lacks === null ? '' : ` (${lacks})`}`, () => {
  let home: PrivateHome;
  let guest: LimaGuest;
  let repo: LimaRepo;

  beforeAll(async () => {
    guest = await buildLimaGuest();
    home = await PrivateHome.make();
    repo = await limaRepo(home, guest);
  });

  afterAll(async () => {
    await repo[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  afterEach(async () => {
    await home.clear();
    await repo.removeState();
  });

  async function differences(): Promise<readonly string[]> {
    const { stdout } = await repo.done(['plan', 'local', '--output', 'json']);
    const plan = JSON.parse(stdout) as { readonly resource_changes: readonly PlannedChange[] };
    return plan.resource_changes.flatMap((change) =>
      change.differences.map(({ field_path: path, effect }) => `${change.address} ${path} ${effect}`),
    );
  }

  for (const { field, title = field, first, second, others = {}, expected, shows } of FIELD_ROWS) {
    if (first === undefined) continue;
    it(`${title} is carried and compared`, async () => {
      await repo.only({ ...others, [field]: first });
      await repo.applied();
      expect(await repo.plan()).toMatch(/^No changes/m);
      await repo.removeState();
      expect(await repo.plan()).toMatch(/^No changes/m);
      if (shows !== undefined) expect(await home.limactl('list', '--json', 'demo-box')).toMatch(shows);

      await repo.only({ ...others, [field]: second ?? null });
      expect(await differences()).toEqual(expected);
      if (expected.some((line) => line.endsWith('replace'))) return;
      await repo.applied();
      expect(await differences()).toEqual([]);
    });
  }
});
