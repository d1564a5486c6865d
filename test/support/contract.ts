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
  creating: CREATING,
  observing: OBSERVING,
  changing: CHANGING,
  moving: MOVING,
  'setting aside': SETTING_ASIDE,
  'the world': WORLD,
  ownership: OWNERSHIP,
  interrupting: INTERRUPTING,
  'reaching in': REACHING,
  'the data of volumes': VOLUME_DATA,
  hearing: HEARING,
  removing: REMOVING,
};

export interface ContractOptions {
  readonly lacks?: Lacks;
  /** An engine of its own for one check. */
  setUp(): Promise<ContractHarness>;
  /** Where what is made takes long to be made: checks that can do so share an engine. Default: each has its own. */
  readonly sharing?: boolean;
}

type Check = (obligation: Obligation) => Promise<void>;

/** One test per promise. Those that share an engine follow each other, so that there is one at a time. */
export function describeDriverContract(name: string, options: ContractOptions): void {
  const { setUp, sharing = false } = options;
  const alone: Check = (obligation) => checkObligation(obligation, setUp);
  describe(`the driver contract: ${name}`, () => {
    if (!sharing) return describeThose(() => true, alone, options);
    describeThose(({ shares }) => shares === undefined, alone, options);
    for (const company of ['theirs', 'ours'] as const) {
      describe(`on one engine, ${company}`, () => {
        const engine = new SharedEngine(setUp);
        afterAll(() => engine.end());
        describeThose(({ shares }) => shares === company, engine.check.bind(engine), options);
      });
    }
  });
}

function describeThose(
  isMeant: (obligation: Obligation) => boolean,
  check: Check,
  { lacks = {} }: ContractOptions,
): void {
  for (const [topic, obligations] of Object.entries(OBLIGATIONS)) {
    const meant = obligations.filter(isMeant);
    if (meant.length === 0) continue;
    describe(topic, () => {
      for (const obligation of meant) declare(obligation, lacks, check);
    });
  }
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

/** An engine that several checks use, one after the other. */
class SharedEngine {
  #harness: ContractHarness | null = null;
  #blank = '';
  readonly #setUp: () => Promise<ContractHarness>;

  constructor(setUp: () => Promise<ContractHarness>) {
    this.#setUp = setUp;
  }

  async check(obligation: Obligation): Promise<void> {
    const harness = this.#harness ?? (await this.#begin());
    const stage = await Stage.open(harness, { blank: this.#blank });
    try {
      await obligation.check(stage);
    } catch (error) {
      // Nobody knows what it has left.
      await this.end();
      throw error;
    } finally {
      await stage.close();
    }
  }

  async #begin(): Promise<ContractHarness> {
    this.#harness = await this.#setUp();
    this.#blank = await this.#harness.world.snapshot();
    return this.#harness;
  }

  async end(): Promise<void> {
    const harness = this.#harness;
    this.#harness = null;
    await harness?.end();
  }
}

function declare(obligation: Obligation, lacks: Lacks, check: Check): void {
  const lacking = obligation.needs.find((capability) => lacks[capability] !== undefined);
  if (lacking === undefined) it(obligation.name, () => check(obligation));
  else it.skip(`${obligation.name} (${lacks[lacking]})`, () => {});
}
