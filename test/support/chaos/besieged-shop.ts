/**
 * The shop in a repo of its own, and what must be true of it after whatever was done to it: the next apply of a good manifest
 * ends well, the plan after it is empty, nothing but the shop is there, its data is what it was, and the state can be read.
 */
import type { CliResult, RunningCli, ScratchRepo } from '../cli.ts';
import { eventually } from '../eventually.ts';
import { type ShopEngine, shopFiles, type ShopState } from './shop-state.ts';
import type { ShopWorld } from './shop-world.ts';
import { stateFiles } from './state-files.ts';

const PRECIOUS = 'what nobody may lose\n';
const APPLY = ['apply', '--auto-approve', '--allow-removals', '9'] as const;

/** What is done when trueup is killed: a good change, one that must be taken back, or the end of all of it. */
export type Deed = 'apply' | 'rollback' | 'destroy';

export const DEEDS: readonly [Deed, ...(readonly Deed[])] = ['apply', 'rollback', 'destroy'];

export class BesiegedShop {
  readonly repo: ScratchRepo;
  readonly world: ShopWorld;
  readonly #engine: ShopEngine;

  constructor(engine: ShopEngine, repo: ScratchRepo, world: ShopWorld) {
    this.#engine = engine;
    this.repo = repo;
    this.world = world;
  }

  /** Makes the shop, and gives it data. */
  async open(state: ShopState): Promise<void> {
    await this.set(state);
    const made = await this.repo.trueup(APPLY);
    if (made.status !== 0) throw new Error(`the shop cannot be made: ${words(made)}`);
    await this.world.setPrecious(PRECIOUS);
    await this.expectRight(state, 'in the beginning');
  }

  set(state: ShopState): Promise<void> {
    return this.repo.write(shopFiles(this.#engine, state));
  }

  /** Starts the deed upon manifests that say `state`. */
  start(deed: Deed): RunningCli {
    return this.repo.start(deed === 'destroy' ? ['destroy', 'local', '--auto-approve'] : APPLY);
  }

  /** Applies the good state, and throws with all that is not right then. Resolves with what the apply said. */
  async expectRight(state: ShopState, when: string): Promise<CliResult> {
    await this.set(state);
    const readable = await stateFiles(this.repo.root);
    const applied = await this.#applied();
    const planned = await this.repo.trueup(['plan', '--detailed-exitcode']);
    const wrong = [
      ...readable.broken.map((file) => `unreadable before the apply: ${file}`),
      ...(applied.status === 0 ? [] : [`the apply ended with ${applied.status}: ${words(applied)}`]),
      ...(planned.status === 0 ? [] : [`the plan after it ended with ${planned.status}: ${words(planned)}`]),
      ...(await this.#settled(state)),
      ...(await stateFiles(this.repo.root)).broken.map((file) => `unreadable: ${file}`),
    ];
    if (wrong.length > 0) throw new Error(`${when}:\n${wrong.join('\n')}`);
    return applied;
  }

  /**
   * An engine that died in the middle of a start may refuse every later one of that container; only the refusal tells, and
   * the apply after it makes the container anew.
   */
  async #applied(): Promise<CliResult> {
    const first = await this.repo.trueup(APPLY);
    return words(first).includes('died in the middle of a start') ? this.repo.trueup(APPLY) : first;
  }

  /** What ends by itself, such as the processes of what was killed, is given a moment. */
  async #settled(state: ShopState): Promise<readonly string[]> {
    let wrong: readonly string[] = [];
    const look = async (): Promise<boolean> => {
      const content = await this.world.precious();
      const lost = content === PRECIOUS ? [] : [`the data is ${JSON.stringify(content)}`];
      wrong = [...(await this.world.differences(state)), ...lost];
      return wrong.length === 0;
    };
    await eventually(look, 'the shop').catch(() => undefined);
    return wrong;
  }
}

/** All that a command wrote. */
export function words({ stdout, stderr }: CliResult): string {
  return stdout + stderr;
}
