import { afterAll, describe, expect, it } from 'vitest';
import { type Act, type AnyRow, at, type Row, type SameRow, type Seen } from '../../support/docker/fields/row.ts';
import {
  type Edit,
  fieldManifest,
  type Owner,
  type Scene,
  SCENE_FILES,
  sceneOf,
} from '../../support/docker/fields/scene.ts';
import { type Difference, FieldStage, type Player, type Stop } from '../../support/docker/fields/stage.ts';
import { anonymousVolume, expectLine, steady } from '../../support/docker/fields/judging.ts';
import { packed } from '../../support/docker/fields/packed.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';
import { schemaFields } from '../../support/schema-fields.ts';
import { ACTS } from './field-rows/acts.ts';
import { NETWORK_ROWS, VOLUME_ROWS } from './field-rows/object-rows.ts';
import { HAS_START_INTERVAL, SERVICE_ROWS } from './field-rows/service-rows.ts';

const OWNERS = ['service', 'volume', 'network'] as const satisfies readonly Owner[];
const ALL: readonly AnyRow[] = [...SERVICE_ROWS, ...VOLUME_ROWS, ...NETWORK_ROWS];
const ROWS = ALL.filter((row): row is Row => 'differs' in row);
const SAME = ALL.filter((row): row is SameRow => 'same' in row);

/** As many as an engine starts in a few seconds. */
const AT_ONCE = 17;

interface Play {
  readonly title: string;
  readonly scene: Scene;
  readonly rows: readonly Row[];
  readonly act: Act | null;
}

/** Each scene plays a few rows, and after them one act. */
const PLAYS: readonly Play[] = packed(ROWS).map((rows, index) => ({
  title: rows.map(titleOf).join(', '),
  scene: sceneOf(index),
  rows,
  act: ACTS[index] ?? null,
}));

function titleOf({ of, field, variant }: Row): string {
  return `${of}: ${field}${variant === undefined ? '' : ` (${variant})`}`;
}

describe('the rows of the field tables', () => {
  it.each(OWNERS)('cover every field of the schema that a %s on a container engine can be given', (of) => {
    const wanted = schemaFields(of).filter((field) => !field.startsWith('process.'));
    const rows = new Set(ALL.filter((row) => row.of === of).map(({ field }) => field));

    expect([...rows].toSorted()).toEqual(wanted.toSorted());
    expect(PLAYS.length).toBeGreaterThanOrEqual(ACTS.length);
  });
});

for (let from = 0; from < PLAYS.length; from += AT_ONCE) {
  const plays = PLAYS.slice(from, from + AT_ONCE);
  const cases = plays.flatMap(({ scene, rows }) => rows.map((row) => ({ title: titleOf(row), scene, row })));
  const stage = new FieldStage(plays.map((one) => playerOf(one)));

  describe(`each field, with ${plays.length} services at once, from the ${from + 1}th on`, () => {
    afterAll(async () => stage.end());

    it('all are made, and nothing is left to do, with what was recorded and without', async () => {
      const { results } = await stage.made();

      expectStatus(results, { applied: 0, quiet: 0, forgotten: 0 });
    });

    it.each(cases)('$title: is on the engine as it is declared', async ({ scene, row }) => {
      const stop = await stage.made();

      expect(row.shown(seenOf(stop, scene), scene)).toEqual(row.before);
    });

    it.each(plays)('$title: changed in the manifest is exactly that difference, with its line', async (one) => {
      const { told, text, results } = await stage.edited();

      const differences = differencesOf(told, one.scene);
      expect(differences.map((difference) => difference.field_path).toSorted(), results['planned']?.stderr).toEqual(
        one.rows.flatMap((row) => row.differs(one.scene)).toSorted(),
      );
      for (const difference of differences) {
        expect(difference.cause).toBe('git');
        expectLine(difference, text, one.scene);
      }
    });

    it.each(cases)('$title: is applied, $row.keeps for the same container', async ({ scene, row }) => {
      const before = seenOf(await stage.made(), scene);
      const after = seenOf(await stage.edited(), scene);

      expect(row.shown(after, scene)).toEqual(row.after);
      expect(after.container['Id'] === before.container['Id']).toBe(row.keeps);
      expect(anonymousVolume(after)).toBe(anonymousVolume(before));
      expectRunning(after);
    });

    it('after the edits nothing is left to do, without what was recorded', async () => {
      const { results } = await stage.edited();

      expectStatus(results, { planned: 0, applied: 0, forgotten: 0 });
    });

    it.each(plays)('$title: changed by the world is exactly that drift, with its line', async ({ scene, rows }) => {
      const { told, text, results } = await stage.healed();

      const differences = differencesOf(told, scene);
      expect(differences.map((difference) => difference.field_path).toSorted(), results['drift']?.stderr).toEqual(
        rows.flatMap((row) => (row.drifts ?? row.differs)(scene)).toSorted(),
      );
      for (const difference of differences) {
        expect(difference.cause).toBe('world');
        expectLine(difference, text, scene);
      }
    });

    it.each(cases)('$title: is healed', async ({ scene, row }) => {
      const before = seenOf(await stage.edited(), scene);
      const after = seenOf(await stage.healed(), scene);

      expect(after.container['Id'] === before.container['Id']).toBe(row.healKeeps ?? row.keeps);
      expect(row.shown(after, scene)).toEqual(row.before);
      expectRunning(after);
    });

    it('healed once, there is no drift', async () => {
      const { results } = await stage.healed();

      expectStatus(results, { drift: 2, applied: 0, quiet: 0 });
    });

    const acting = plays.flatMap(({ scene, act }) => (act === null ? [] : [{ name: act.name, scene, act }]));
    if (acting.length === 0) return;
    describe('the docker command line', () => {
      it.each(acting)('$name: is drift, and exactly that', async ({ scene, act }) => {
        const { told, text, results } = await stage.acted();

        const differences = differencesOf(told, scene);
        expect(
          told.map(({ address }) => address),
          results['drift']?.stderr,
        ).toContain(`service.${scene.key}`);
        expect(differences.map((difference) => difference.field_path).toSorted()).toEqual(
          act.differs(scene).toSorted(),
        );
        for (const difference of differences) {
          expect(difference.cause).toBe('world');
          expectLine(difference, text, scene);
        }
      });

      it.each(acting)('$name: is healed, $act.keeps for the same container', async ({ scene, act }) => {
        const before = seenOf(await stage.healed(), scene);
        const after = seenOf(await stage.acted(), scene);

        expect(after.container['Id'] === before.container['Id']).toBe(act.keeps);
        expect(steady(after)).toEqual(steady(before));
        expectRunning(after);
      });

      it('healed once, there is no drift', async () => {
        const { results } = await stage.acted();

        expectStatus(results, { drift: 2, applied: 0, quiet: 0 });
      });
    });
  });
}

describe('fields that no container holds', () => {
  const scene = sceneOf(99);
  const stage = new FieldStage([{ scene, edit: joined(SAME.map(({ of, same }) => ({ [of]: same }))) }]);
  afterAll(async () => stage.end());

  it.each(SAME)('$of: $field is no difference', async ({ of, same }) => {
    const { told, results } = await stage.edited();

    const paths = differencesOf(told, scene).map(({ field_path: path }) => path);
    const words = Object.keys(same).flatMap((name) => name.split('.').slice(-1));
    expect(paths.filter((path) => words.some((word) => path.includes(`'${word}'`)))).toEqual([]);
    expect(results['planned'], results['planned']?.stderr).toMatchObject({ status: 0 });
    expect(of).toMatch(/./);
  });

  it('are edited without any effect', async () => {
    const before = seenOf(await stage.made(), scene);
    const after = seenOf(await stage.edited(), scene);

    expect(after.container['Id']).toBe(before.container['Id']);
    expect(at(after.container, 'State.StartedAt')).toBe(at(before.container, 'State.StartedAt'));
    expectStatus((await stage.edited()).results, { planned: 0, applied: 0, forgotten: 0 });
  });
});

describe.skipIf(HAS_START_INTERVAL)('a field that this engine does not have', () => {
  it('is an error at its line, and nothing is made', async () => {
    const scene = sceneOf(0);
    const edit = { service: { 'health_check.start_interval': '2s' } };
    const text = fieldManifest([{ scene, edit }], { isEdited: true });
    await using repo = await dockerRepo({ [MANIFEST]: text, ...SCENE_FILES });

    const planned = await repo.trueup(['plan', '--output', 'json', '--no-report']);
    const applied = await repo.trueup(['apply', '--auto-approve']);

    const line = text.split('\n').findIndex((one) => one.includes('start_interval')) + 1;
    const { diagnostics } = JSON.parse(planned.stdout) as { readonly diagnostics: readonly unknown[] };
    expect(diagnostics).toMatchObject([{ code: 'not_supported', source: { file: MANIFEST, start: { line } } }]);
    expect(applied.status, applied.stdout).not.toBe(0);
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
  });
});

function playerOf({ scene, rows, act }: Play): Player {
  const player: Player = { scene, edit: joined(rows.map((row) => row.edit(scene))) };
  return act === null ? player : { ...player, act: (docker, container) => act.act(docker, scene, container) };
}

function joined(edits: readonly Partial<Record<Owner, Edit>>[]): Partial<Record<Owner, Edit>> {
  const all: Partial<Record<Owner, Edit>> = {};
  for (const edit of edits) {
    for (const owner of OWNERS) all[owner] = { ...all[owner], ...edit[owner] };
  }
  return all;
}

function seenOf({ seen }: Stop, scene: Scene): Seen {
  const found = seen.get(scene);
  if (found === undefined) throw new Error(`nobody looked at ${scene.key}`);
  return found;
}

function differencesOf(told: Stop['told'], { key, volume, network }: Scene): readonly Difference[] {
  const addresses = [`service.${key}`, `volume.${volume}`, `network.${network}`];
  return told.filter(({ address }) => addresses.includes(address)).flatMap(({ differences }) => differences);
}

function expectStatus(results: Stop['results'], wanted: Readonly<Record<string, number>>): void {
  for (const [name, status] of Object.entries(wanted)) {
    const result = results[name];
    expect(result?.status, `${name}:\n${result?.stdout}${result?.stderr}`).toBe(status);
  }
}

function expectRunning({ container }: Seen): void {
  expect(at(container, 'State.Status')).toBe('running');
}
