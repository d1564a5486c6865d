/**
 * The contract suite: one set of promises that every driver keeps, driven as the core drives it. A new driver passes
 * when `describeDriverContract` is green with a harness for its engine; what its engine cannot do is declared with the
 * reason and skipped by name.
 */
import { describe, it } from 'vitest';
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
}

/** One test per promise. */
export function describeDriverContract(name: string, options: ContractOptions): void {
  describe(`the driver contract: ${name}`, () => {
    for (const [topic, obligations] of Object.entries(OBLIGATIONS)) {
      describe(topic, () => {
        for (const obligation of obligations) declare(obligation, options);
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

function declare(obligation: Obligation, { lacks = {}, setUp }: ContractOptions): void {
  const lacking = obligation.needs.find((capability) => lacks[capability] !== undefined);
  if (lacking === undefined) it(obligation.name, async () => checkObligation(obligation, setUp));
  else it.skip(`${obligation.name} (${lacks[lacking]})`, () => {});
}
