/**
 * The contract suite: one set of promises that every driver keeps, driven as the core drives it. A new driver passes
 * when `describeDriverContract` is green with a harness for its engine; what its engine cannot do is declared with the
 * reason and skipped by name.
 */
import { afterAll, describe, it } from 'vitest';
import type { ContractHarness, Lacks } from './contract/harness.ts';
import { CHANGING } from './contract/obligations/changing.ts';
import { CREATING } from './contract/obligations/creating.ts';
import { HEARING } from './contract/obligations/hearing.ts';
import { INTERRUPTING } from './contract/obligations/interrupting.ts';
import { MOVING } from './contract/obligations/moving.ts';
import { OBSERVING } from './contract/obligations/observing.ts';
import { OWNERSHIP } from './contract/obligations/ownership.ts';
import { REACHING } from './contract/obligations/reaching.ts';
import { REMOVING } from './contract/obligations/removing.ts';
import { SETTING_ASIDE } from './contract/obligations/setting-aside.ts';
import { VOLUME_DATA } from './contract/obligations/volume-data.ts';
import { WORLD } from './contract/obligations/world.ts';
import { type Obligation, Stage } from './contract/stage.ts';

export const OBLIGATIONS: Readonly<Record<string, readonly Obligation[]>> = {
  observing: OBSERVING,
  creating: CREATING,
  changing: CHANGING,
  moving: MOVING,
  'setting aside': SETTING_ASIDE,
  'the world': WORLD,
  ownership: OWNERSHIP,
  removing: REMOVING,
  interrupting: INTERRUPTING,
  'reaching in': REACHING,
  'the data of volumes': VOLUME_DATA,
  hearing: HEARING,
};

export interface ContractOptions {
  readonly lacks?: Lacks;
  /** An engine of its own for one check. */
  setUp(): Promise<ContractHarness>;
  /** Where what is made takes long to be made: checks that can do so share an engine. Default: each has its own. */
  readonly sharing?: boolean;
}

/** One test per promise. */
export function describeDriverContract(name: string, options: ContractOptions): void {
  describe(`the driver contract: ${name}`, () => {
    const shared = new SharedEngines(options);
    afterAll(() => shared.end());
    for (const [topic, obligations] of Object.entries(OBLIGATIONS)) {
      describe(topic, () => {
        for (const obligation of obligations) declare(obligation, options, shared);
      });
    }
  });
}

/** Throws when the driver does not keep the promise. */
export async function checkObligation(
  obligation: Obligation,
  setUp: () => Promise<ContractHarness>,
  options: { readonly patienceMs?: number } = {},
): Promise<void> {
  const harness = await setUp();
  const stage = await Stage.open(harness, options);
  try {
    await obligation.check(stage);
  } finally {
    await stage.close();
    await harness.end();
  }
}

/** Engines that several checks use, by the word for which they do. */
class SharedEngines {
  readonly #engines = new Map<string, ContractHarness>();
  readonly #options: ContractOptions;

  constructor(options: ContractOptions) {
    this.#options = options;
  }

  async check(obligation: Obligation): Promise<void> {
    const { setUp, sharing = false } = this.#options;
    const { shares } = obligation;
    if (!sharing || shares === undefined) return checkObligation(obligation, setUp);
    const harness = this.#engines.get(shares) ?? (await setUp());
    this.#engines.set(shares, harness);
    const stage = await Stage.open(harness);
    try {
      await obligation.check(stage);
    } catch (error) {
      // Nobody knows what it has left.
      this.#engines.delete(shares);
      await harness.end();
      throw error;
    } finally {
      await stage.close();
    }
  }

  async end(): Promise<void> {
    for (const harness of this.#engines.values()) await harness.end();
    this.#engines.clear();
  }
}

function declare(obligation: Obligation, { lacks = {} }: ContractOptions, shared: SharedEngines): void {
  const lacking = obligation.needs.find((capability) => lacks[capability] !== undefined);
  if (lacking === undefined) it(obligation.name, () => shared.check(obligation));
  else it.skip(`${obligation.name} (${lacks[lacking]})`, () => {});
}
