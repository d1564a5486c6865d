/** The git side of a soak: what is declared, commit by commit, and when. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchRepo } from '../cli.ts';
import {
  type EnvironmentName,
  type EnvironmentShape,
  ENVIRONMENTS,
  manifestOf,
  manifestPath,
  type SoakEngine,
  type SoakState,
  STATE_FILE,
} from './soak-state.ts';

export interface Declared {
  readonly state: SoakState;
  /** Its manifest cannot be read: what was valid before goes on to be true. */
  readonly broken: EnvironmentName | null;
}

/** What HEAD was from a moment on; milliseconds since the epoch. */
export interface Head extends Declared {
  readonly at: number;
  readonly commit: string;
}

const BROKEN = 'services:\n  web: { process: { command: [sleep\n  <<<<<<< HEAD\n';

export class SoakRepo {
  readonly repo: ScratchRepo;
  readonly heads: Head[] = [];
  readonly #engine: SoakEngine;

  constructor(repo: ScratchRepo, engine: SoakEngine) {
    this.repo = repo;
    this.#engine = engine;
  }

  get now(): Head {
    const head = this.heads.at(-1);
    if (head === undefined) throw new Error('nothing was committed yet');
    return head;
  }

  /** Commits what is declared then; `amend` puts it in the place of the last commit. */
  async declare(declared: Declared, message: string, amend = false): Promise<void> {
    const files: Record<string, string> = { [STATE_FILE]: `${JSON.stringify(declared)}\n` };
    for (const name of ENVIRONMENTS) {
      const shape = declared.state[name];
      if (shape === null) await rm(join(this.repo.root, `environments/${name}`), { recursive: true, force: true });
      else files[manifestPath(name)] = declared.broken === name ? BROKEN : manifestOf(this.#engine, name, shape);
    }
    await this.repo.write(files);
    await this.repo.git('add', '--all', 'environments', STATE_FILE);
    const more = amend ? ['--amend'] : [];
    await this.repo.git('commit', '--quiet', '--allow-empty', '--message', message, ...more);
    await this.#moved(declared);
  }

  /** With another shape of one environment, nothing broken. */
  change(name: EnvironmentName, shape: EnvironmentShape | null, message: string, amend = false): Promise<void> {
    const { state } = this.now;
    return this.declare({ state: { ...state, [name]: shape }, broken: null }, message, amend);
  }

  /** Back by so many commits, as far as there are so many. */
  async reset(commits: number): Promise<number> {
    const all = Number(await this.repo.git('rev-list', '--count', 'HEAD'));
    const back = Math.min(commits, all - 1);
    await this.repo.git('reset', '--quiet', '--hard', `HEAD~${back}`);
    await this.#moved(JSON.parse(await this.repo.read(STATE_FILE)) as Declared);
    return back;
  }

  async #moved({ state, broken }: Declared): Promise<void> {
    this.heads.push({ at: Date.now(), commit: await this.repo.git('rev-parse', 'HEAD'), state, broken });
  }
}
