/**
 * Plays many scenes at once: one environment with all of them, taken through its life by the built command, with what the
 * engine says noted at every stop. Whoever asks for a stop waits for those before it; each is reached once.
 */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliResult } from '../../cli.ts';
import { MANIFEST } from '../../shop.ts';
import { type DockerRepo, dockerRepo } from '../docker-repo.ts';
import { type Edit, fieldManifest, type Owner, type Scene, SCENE_FILES } from './scene.ts';
import { isRecord, type Seen } from './row.ts';

export interface Difference {
  readonly field_path: string;
  readonly cause: string;
  readonly after: unknown;
  readonly source: { readonly start: { readonly line: number } } | null;
}

export interface ResourceChange {
  readonly address: string;
  readonly differences: readonly Difference[];
}

export interface Stop {
  readonly seen: ReadonlyMap<Scene, Seen>;
  /** The manifest at that time. */
  readonly text: string;
  /** What was planned, or had drifted, before it was applied. */
  readonly told: readonly ResourceChange[];
  /** Status and output of each command, by what it was to show. */
  readonly results: Readonly<Record<string, CliResult>>;
}

export interface Player {
  readonly scene: Scene;
  readonly edit: Partial<Record<Owner, Edit>>;
  /** What the world does to it in the end. */
  act?(docker: DockerRepo['docker'], container: string): Promise<unknown>;
}

const APPLY = ['apply', '--auto-approve'];
const PLAN = ['plan', '--detailed-exitcode', '--no-report'];
const JSON_OUT = ['--output', 'json', '--no-report'];

export class FieldStage {
  readonly #players: readonly Player[];
  readonly #made = once(() => this.#make());
  readonly #edited = once(() => this.#edit());
  readonly #healed = once(() => this.#heal());
  readonly #acted = once(() => this.#act());
  #repo: DockerRepo | null = null;

  constructor(players: readonly Player[]) {
    this.#players = players;
  }

  /** Everything as declared, looked at by `plan` with and without what was recorded. */
  made(): Promise<Stop> {
    return this.#made();
  }

  /** Every edit of the manifest, planned and applied. */
  async edited(): Promise<Stop> {
    await this.#made();
    return this.#edited();
  }

  /** The engine as in the edited manifest, while git says, and has always said, the first one. */
  async healed(): Promise<Stop> {
    await this.edited();
    return this.#healed();
  }

  /** What the world did, and what was put right. */
  async acted(): Promise<Stop> {
    await this.#made();
    return this.#acted();
  }

  /** Stops the play and leaves the engine empty. */
  async end(): Promise<void> {
    await this.#repo?.[Symbol.asyncDispose]();
  }

  async #make(): Promise<Stop> {
    const text = fieldManifest(this.#players);
    const repo = await dockerRepo({ [MANIFEST]: text, ...SCENE_FILES });
    this.#repo = repo;
    const applied = await repo.trueup(APPLY);
    const seen = await this.#look(repo);
    const quiet = await repo.trueup(PLAN);
    await this.#keepState(repo);
    await repo.removeState();
    const forgotten = await repo.trueup(PLAN);
    return { seen, text, told: [], results: { applied, quiet, forgotten } };
  }

  async #edit(): Promise<Stop> {
    const repo = this.#at();
    const text = fieldManifest(this.#players, { isEdited: true });
    await this.#restoreState(repo);
    await repo.write({ [MANIFEST]: text });
    const planned = await repo.trueup(['plan', ...JSON_OUT]);
    const applied = await repo.trueup(APPLY);
    const seen = await this.#look(repo);
    await repo.removeState();
    const forgotten = await repo.trueup(PLAN);
    return { seen, text, told: changesIn(planned, 'resource_changes'), results: { planned, applied, forgotten } };
  }

  async #heal(): Promise<Stop> {
    const repo = this.#at();
    const text = fieldManifest(this.#players);
    await this.#restoreState(repo);
    await repo.write({ [MANIFEST]: text });
    return this.#driftAndHeal(repo, text);
  }

  async #act(): Promise<Stop> {
    const repo = this.#at();
    for (const { scene, act } of this.#players) await act?.(repo.docker, containerOf(scene));
    return this.#driftAndHeal(repo, fieldManifest(this.#players));
  }

  async #driftAndHeal(repo: DockerRepo, text: string): Promise<Stop> {
    const drift = await repo.trueup(['drift', ...JSON_OUT]);
    const applied = await repo.trueup(APPLY);
    const seen = await this.#look(repo);
    const quiet = await repo.trueup(['drift', '--no-report']);
    return { seen, text, told: changesIn(drift, 'resource_drift'), results: { drift, applied, quiet } };
  }

  #at(): DockerRepo {
    if (this.#repo === null) throw new Error('nothing was made');
    return this.#repo;
  }

  async #look(repo: DockerRepo): Promise<ReadonlyMap<Scene, Seen>> {
    const { calls } = repo.engine;
    const looks = this.#players.map(async ({ scene }): Promise<[Scene, Seen]> => {
      const [container, volume, network] = await Promise.all([
        calls.find(`/containers/${containerOf(scene)}/json`),
        calls.find(`/volumes/shop_${scene.volume}`),
        calls.find(`/networks/shop_${scene.network}`),
      ]);
      const [c, v, n] = [container, volume, network].map((found) => (isRecord(found) ? found : {}));
      return [scene, { container: c ?? {}, volume: v ?? {}, network: n ?? {} }];
    });
    return new Map(await Promise.all(looks));
  }

  async #keepState(repo: DockerRepo): Promise<void> {
    await cp(join(repo.root, '.trueup'), join(repo.scratch, 'kept'), { recursive: true });
  }

  async #restoreState(repo: DockerRepo): Promise<void> {
    await rm(join(repo.root, '.trueup'), { recursive: true, force: true });
    await cp(join(repo.scratch, 'kept'), join(repo.root, '.trueup'), { recursive: true });
  }
}

function containerOf({ key }: Scene): string {
  return `shop-${key}-1`;
}

function changesIn({ stdout }: CliResult, member: string): readonly ResourceChange[] {
  try {
    return (JSON.parse(stdout) as Readonly<Record<string, readonly ResourceChange[]>>)[member] ?? [];
  } catch {
    return [];
  }
}

function once<T>(reach: () => Promise<T>): () => Promise<T> {
  let reached: Promise<T> | null = null;
  return () => (reached ??= reach());
}
