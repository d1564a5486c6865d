/**
 * A play of the world's rows: one environment with all of their scenes is applied, the world changes everything at once,
 * and trueup looks, writes and looks again. Each stop is reached once, whoever asks for it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../../../src/model/json.ts';
import type { CliResult } from '../../cli.ts';
import { MANIFEST } from '../../shop.ts';
import { type DockerRepo, dockerRepo } from '../docker-repo.ts';
import { inspected, makeAnew, type Objects, type Otherwise } from './hand.ts';
import type { Stage, WorldRow } from './world-row.ts';
import { containerNameOf, filesOf, type Play, worldManifest } from './world-scenes.ts';

export interface Played {
  /** The manifest, as it was applied. */
  readonly text: string;
  /** What each row told of what it did. */
  readonly told: ReadonlyMap<WorldRow, Json>;
  readonly root: string;
  readonly applied: CliResult;
  readonly drift: CliResult;
}

export interface Written {
  readonly written: CliResult;
  readonly planned: CliResult;
  /** The manifest, as it is then. */
  readonly text: string;
}

/** As many scenes at a time as an engine can do with. */
const AT_ONCE = 4;

const JSON_OUT = ['--output', 'json', '--no-report'];

export class WorldPlay {
  readonly #plays: readonly Play[];
  #repo: DockerRepo | null = null;
  #played: Promise<Played> | null = null;
  #written: Promise<Written> | null = null;

  constructor(plays: readonly Play[]) {
    this.#plays = plays;
  }

  /** Applied, changed by the world, and looked at. */
  played(): Promise<Played> {
    return (this.#played ??= this.#play());
  }

  /** Written into the manifests, and planned. */
  written(): Promise<Written> {
    return (this.#written ??= this.#write());
  }

  async end(): Promise<void> {
    await this.#repo?.[Symbol.asyncDispose]();
  }

  async #play(): Promise<Played> {
    const text = worldManifest(this.#plays);
    const repo = await dockerRepo({ [MANIFEST]: text, ...filesOf(this.#plays) });
    this.#repo = repo;
    const stages = this.#plays.map((play) => ({ play, stage: stageOf(repo, play) }));
    for (const { play, stage } of stages) for (const row of play.rows) await row.prepare?.(stage);
    const applied = await repo.trueup(['apply', '--auto-approve']);
    if (applied.status !== 0) throw new Error(`nothing was made:\n${applied.stdout}${applied.stderr}`);
    const told = new Map<WorldRow, Json>();
    const left = [...stages];
    const next = async (): Promise<void> => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await change(one.play, one.stage, told);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    const drift = await repo.trueup(['drift', ...JSON_OUT]);
    return { text, told, root: repo.root, applied, drift };
  }

  async #write(): Promise<Written> {
    await this.played();
    const repo = this.#repo;
    if (repo === null) throw new Error('nothing was played');
    const written = await repo.trueup(['drift', '--write', '--auto-approve', ...JSON_OUT]);
    const text = await readFile(join(repo.root, MANIFEST), 'utf8');
    return { written, text, planned: await repo.trueup(['plan', ...JSON_OUT]) };
  }
}

function stageOf({ docker, root, scratch }: DockerRepo, play: Play): Stage {
  return { docker, scene: play.scene, container: containerNameOf(play), root, scratch };
}

async function change({ scene, rows }: Play, stage: Stage, told: Map<WorldRow, Json>): Promise<void> {
  const objects: Objects = {
    container: stage.container,
    volume: `shop_${scene.volume}`,
    network: `shop_${scene.network}`,
  };
  const parts = rows.flatMap((row) => row.otherwise?.(scene, stage.root) ?? []);
  if (parts.length > 0) await makeAnew(stage.docker, objects, joined(parts));
  // By its id, whatever it is called by then.
  const container = String((await inspected(stage.docker, 'container', stage.container))['Id']);
  for (const row of rows) told.set(row, (await row.acts?.({ ...stage, container })) ?? null);
}

/** All of it, one after the other. */
function joined(parts: readonly Otherwise[]): Otherwise {
  const all = <T>(changes: readonly (((value: T) => T) | undefined)[]): ((value: T) => T) | undefined => {
    const some = changes.filter((one) => one !== undefined);
    return some.length === 0 ? undefined : (value) => some.reduce((made, one) => one(made), value);
  };
  const [container, volume, network] = [
    all(parts.map((part) => part.container)),
    all(parts.map((part) => part.volume)),
    all(parts.map((part) => part.network)),
  ];
  return {
    ...(container === undefined ? {} : { container }),
    ...(volume === undefined ? {} : { volume }),
    ...(network === undefined ? {} : { network }),
  };
}
