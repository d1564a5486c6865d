/**
 * For each field of the schema, and each way in which the world can change it with the engine's own command line: exactly
 * that is found, with its cause, both values and its line; and once it is written, nothing is left to plan.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { fieldPath } from '../../../src/model/field-path.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { MANIFEST } from '../../support/shop.ts';
import { lineOf } from '../../support/docker/world/line-of.ts';
import { addressIn, differencesIn, byHandIn, type Told } from '../../support/docker/world/documents.ts';
import { type AnyWorldRow, isWorldRow, type ToFind, type WorldRow } from '../../support/docker/world/world-row.ts';
import { WorldPlay } from '../../support/docker/world/world-play.ts';
import { type Play, playsOf } from '../../support/docker/world/world-scenes.ts';
import { CONTAINER_ROWS } from './world-rows/container-rows.ts';
import { NETWORKING_ROWS } from './world-rows/networking-rows.ts';
import { NETWORK_ROWS, VOLUME_ROWS } from './world-rows/object-rows.ts';
import { SERVICE_ROWS } from './world-rows/service-rows.ts';
import { STORAGE_ROWS } from './world-rows/storage-rows.ts';

const ALL: readonly AnyWorldRow[] = [
  ...CONTAINER_ROWS,
  ...SERVICE_ROWS,
  ...NETWORKING_ROWS,
  ...STORAGE_ROWS,
  ...VOLUME_ROWS,
  ...NETWORK_ROWS,
];

describe('the rows of the world', () => {
  it.each(['service', 'volume', 'network'] as const)(
    'are there, or why there is none, for every field of the schema of a %s on a container engine',
    (of) => {
      const wanted = schemaFields(of).filter((field) => !field.startsWith('process.'));
      const rows = new Set(ALL.filter((row) => row.of === of).map(({ field }) => field));

      expect([...rows].toSorted()).toEqual(wanted.toSorted());
    },
  );
});

const PLAYS = playsOf(ALL.filter(isWorldRow), 0);
const CASES = PLAYS.flatMap((play) =>
  play.rows.map((row) => ({ title: `${row.of}: ${row.field}: ${row.how}`, play, row })),
);

describe(`what the world does to ${PLAYS.length} services at once`, () => {
  const world = new WorldPlay(PLAYS);
  afterAll(async () => world.end());

  it.each(CASES)('$title: is found, with its cause, both values and its line', async ({ play, row }) => {
    const { text, told, drift } = await world.played();

    const wanted = foundBy(row, play, text, told.get(row) ?? null);
    const paths = new Set(wanted.map(({ address, field_path: path }) => `${address} ${path}`));
    const found = differencesIn(drift).filter((one) => paths.has(`${one.address} ${one.field_path}`));
    expect(found.toSorted(inOrder), drift.stderr).toEqual(wanted.toSorted(inOrder));
  });

  it('is all that is found', async () => {
    const { text, told, drift } = await world.played();

    const wanted = PLAYS.flatMap((play) =>
      play.rows.flatMap((row) => foundBy(row, play, text, told.get(row) ?? null)),
    ).map(nameOf);
    expect(differencesIn(drift).map(nameOf).toSorted()).toEqual(wanted.toSorted());
    expect(drift.status).toBe(2);
  });

  it('is written, but for what is left to people, for a reason and with its line', async () => {
    const { text, told } = await world.played();
    const { written } = await world.written();

    const left = PLAYS.flatMap((play) =>
      play.rows.flatMap((row) => {
        const byHand = row.finds(play.scene, told.get(row) ?? null);
        return byHand.flatMap((one) => (one.byHand === undefined ? [] : [{ one, play }]));
      }),
    ).map(({ one, play }) => ({
      address: addressIn(play.scene, one.of),
      field_path: fieldPath(...one.names),
      reason: one.byHand,
      line: lineOf(text, placeOf(one, play)),
    }));
    expect(byHandIn(written).toSorted(inOrder), written.stderr).toEqual(left.toSorted(inOrder));
  });

  it('is written without any name that the engine chose for one container', async () => {
    const { told } = await world.played();
    const { text } = await world.written();

    const values = [...told.values()].filter((one) => typeof one === 'string');
    const chosen = values.filter((one) => /^[0-9a-f]{12}$/.test(one));
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.filter((one) => text.includes(one))).toEqual([]);
  });

  it('leaves nothing to plan once it is written, but for that', async () => {
    const { told } = await world.played();
    const { planned } = await world.written();

    const left = PLAYS.flatMap((play) =>
      play.rows.flatMap((row) =>
        row
          .finds(play.scene, told.get(row) ?? null)
          .filter(({ byHand }) => byHand !== undefined)
          .map((one) => `${addressIn(play.scene, one.of)} ${fieldPath(...one.names)}`),
      ),
    );
    expect(differencesIn(planned, 'resource_changes').map(nameOf).toSorted(), planned.stderr).toEqual(left.toSorted());
  });
});

function foundBy(row: WorldRow, play: Play, text: string, told: Parameters<WorldRow['finds']>[1]): readonly Told[] {
  return row.finds(play.scene, told).map((one) => ({
    address: addressIn(play.scene, one.of),
    field_path: fieldPath(...one.names),
    before: one.before,
    after: one.after,
    cause: 'world',
    severity: one.severity,
    file: MANIFEST,
    line: lineOf(text, placeOf(one, play)),
  }));
}

function placeOf({ of, names, at }: ToFind, { scene }: Play): readonly string[] {
  const [, key = ''] = /^\w+\.(.*)$/.exec(addressIn(scene, of)) ?? [];
  return [`${of}s`, key, ...(at ?? names)];
}

interface Named {
  readonly address: string;
  readonly field_path: string | null;
}

function nameOf({ address, field_path: path }: Named): string {
  return `${address} ${path}`;
}

function inOrder(left: Named, right: Named): number {
  return nameOf(left) < nameOf(right) ? -1 : 1;
}
