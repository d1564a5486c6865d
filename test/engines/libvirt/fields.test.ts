/**
 * A row for each field of a machine: declared, it is equal as libvirt shows it, with what was recorded deleted too; edited, it is
 * exactly that difference, with its effect, and equal once it is applied; changed by somebody else, it is drift with the line that
 * it stands at, and quiet once it is healed. All rows are declared at once, on machines that are never started: how a field
 * reaches a guest is another test's matter.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGuest } from '../../support/libvirt/guest.ts';
import { type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { FIELD_ROWS, type FieldRow, type On, UNDECLARED, type World } from './field-rows.ts';

const lacks = lacksForHost();
const MACHINES: readonly On[] = ['box', 'crate', 'tin'];
const DECLARED = FIELD_ROWS.filter(({ first }) => first !== undefined);
const CHANGED: readonly (World & { readonly on: On; readonly field: string | null; readonly shows?: RegExp })[] = [
  ...DECLARED.flatMap(({ on, field, shows, world }) =>
    world === undefined ? [] : [{ on, field, ...world, ...(shows === undefined ? {} : { shows }) }],
  ),
  ...UNDECLARED.map((world) => ({ ...world, field: null })),
];

interface Difference {
  readonly field_path: string;
  readonly effect: string;
  readonly cause: string;
  readonly source: { readonly start: { readonly line: number } } | null;
}

interface Change {
  readonly address: string;
  readonly differences: readonly Difference[];
}

describe('fields of machines', () => {
  it('have a row each', () => {
    const inSchema = new Set(schemaFields('vm').map((field) => field.split('.')[0] ?? ''));

    expect([...new Set(FIELD_ROWS.map(({ field }) => field))].toSorted()).toEqual([...inSchema].toSorted());
  });

  it('are each declared once on a machine', () => {
    const places = DECLARED.map(({ on, field }) => `${on} ${field}`);

    expect([...new Set(places)]).toEqual(places);
  });
});

// One life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`fields of machines on libvirt${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    host = held.use(await PrivateHost.start());
    repo = held.use(await libvirtRepo(host, await buildGuest(), null));
  });

  afterAll(() => held.disposeAsync());

  /** Every row with its first value, but those that are edited. */
  async function declare(isEdited: (row: FieldRow) => boolean): Promise<void> {
    const fieldsOf = (key: On): Readonly<Record<string, string>> =>
      Object.fromEntries(
        DECLARED.filter(({ on }) => on === key).flatMap((row) => {
          const value = isEdited(row) ? row.second : row.first;
          return value === undefined ? [] : [[row.field, value]];
        }),
      );
    await repo.machines(Object.fromEntries(MACHINES.map((key) => [key, fieldsOf(key)])));
  }

  async function differences(): Promise<readonly string[]> {
    const { stdout } = await repo.done(['plan', 'local', '--output', 'json']);
    const plan = JSON.parse(stdout) as { readonly resource_changes: readonly Change[] };
    return plan.resource_changes.flatMap(({ address, differences: found }) =>
      found.map(({ field_path: path, effect }) => `${address} ${path} ${effect}`),
    );
  }

  const definition = (key: On): Promise<string> => host.virsh(`dumpxml --inactive demo-${key}`);

  async function expectShown(): Promise<void> {
    for (const key of MACHINES) {
      const text = await definition(key);
      for (const { on, field, shows } of DECLARED) if (on === key) expect(text, field).toMatch(shows ?? '');
    }
  }

  it('are equal once they are declared, as libvirt shows them, with and without what was recorded', async () => {
    await declare(() => false);
    await repo.commit();
    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
    await expectShown();
    expect(await host.virsh('list --all --autostart --name')).toBe('demo-box');
  });

  for (const row of DECLARED) {
    it(`${row.title ?? row.field}, edited, is exactly that difference`, async () => {
      await declare((other) => other === row);

      expect(await differences()).toEqual(withAddresses(row));
    });
  }

  it('are equal once all of them are edited', async () => {
    await declare(() => true);
    expect((await differences()).toSorted()).toEqual(DECLARED.flatMap(withAddresses).toSorted());

    await repo.applied();

    expect(await differences()).toEqual([]);
    await repo.removeState();
    expect(await differences()).toEqual([]);
  });

  it('are drift where somebody changes them, each at its line, and quiet once they are healed', async () => {
    // A disk never shrinks again.
    await declare(({ expected }) => expected.some((line) => line.startsWith('volume.')));
    await repo.commit();
    await repo.applied();
    await changeBehindItsBack();

    const { stdout, status } = await repo.trueup(['drift', 'local', '--output', 'json']);

    expect(status, stdout).toBe(2);
    const { resource_drift: drift } = JSON.parse(stdout) as { readonly resource_drift: readonly Change[] };
    const found = drift.flatMap((change) => change.differences.map((difference) => ({ ...change, ...difference })));
    const expected = CHANGED.flatMap(({ on, differs }) => differs.map((path) => `vm.${on} ${path} world`));
    expect(found.map(({ address, field_path: path, cause }) => `${address} ${path} ${cause}`).toSorted()).toEqual(
      [...new Set(expected)].toSorted(),
    );
    const lines = (await repo.read('environments/local/environment.yaml')).split('\n');
    for (const { on, field, differs } of CHANGED) {
      const [path = ''] = differs;
      const source = found.find(({ address, field_path }) => address === `vm.${on}` && field_path === path)?.source;
      expect(lines[(source?.start.line ?? 0) - 1], path).toMatch(field === null ? `  ${on}:` : `    ${field}:`);
    }

    await repo.applied();

    expect((await repo.trueup(['drift', 'local'])).status).toBe(0);
    expect(await repo.plan()).toMatch(/^No changes/);
    await expectShown();
    for (const { on, leaves } of CHANGED) if (leaves !== undefined) expect(await definition(on)).not.toMatch(leaves);
  });

  async function changeBehindItsBack(): Promise<void> {
    for (const key of MACHINES) {
      const own = CHANGED.filter(({ on }) => on === key);
      for (const command of own.flatMap(({ commands = [] }) => commands)) await host.virsh(command);
      let text = await definition(key);
      for (const [pattern, replacement] of own.flatMap(({ edits = [] }) => edits))
        text = text.replace(pattern, replacement);
      const file = join(host.folder, 'edited.xml');
      await writeFile(file, text);
      await host.virsh(`define ${file}`);
    }
  }
});

function withAddresses({ on, expected }: FieldRow): readonly string[] {
  return expected.map((line) => (line.startsWith('$') ? `vm.${on} ${line}` : line));
}
