/**
 * What of one environment is left alone: freezes that are asked for here, and those that somebody made or ended without
 * asking the daemon. Each of them leads to a pass, which finds and tells what is so.
 */
import { activeFreezes, endFreeze, freeze } from '../../flow/freezing.ts';
import type { Address } from '../../model/address.ts';
import type { Freeze } from '../../model/served.ts';
import type { StateFolder } from '../../state/folder.ts';
import type { Good } from './declared-now.ts';
import type { LoopContext } from './loop-context.ts';

export interface LoopFreezesOptions {
  readonly context: LoopContext;
  /** What is held to; loaded where no pass has done so. */
  good(): Promise<Good>;
  /** Asks for a pass; `null` for the environment as a whole. */
  request(reason: string, addresses: readonly Address[] | null): void;
}

export class LoopFreezes {
  readonly #options: LoopFreezesOptions;
  /** One after the other, so that what was read last is what is told last. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(options: LoopFreezesOptions) {
    this.#options = options;
  }

  /** As far as anybody has told or found. */
  get all(): readonly Freeze[] {
    return this.#options.context.freezes.all;
  }

  async begin(wanted: Freeze): Promise<void> {
    const { workspace, environment } = await this.#options.good();
    await freeze(workspace.state, environment, wanted);
    await this.#hear(workspace.state);
    this.#options.request(`${wanted.address} is frozen`, [wanted.address]);
  }

  async end(address: Address): Promise<boolean> {
    const { workspace } = await this.#options.good();
    const hasEnded = await endFreeze(workspace.state, this.#options.context.info.name, address, this.#now());
    await this.#hear(workspace.state);
    if (hasEnded) this.#options.request(`${address} is frozen no more`, [address]);
    return hasEnded;
  }

  /** Somebody wrote where freezes are kept. */
  async moved({ workspace: { state } }: Good): Promise<void> {
    const addresses = await this.#hear(state);
    // What cannot be read, the pass says.
    if (addresses === null) {
      this.#options.request('freezes have changed', null);
      return;
    }
    const [first] = addresses;
    if (first === undefined) return;
    const isFrozen = this.all.some(({ address }) => address === first);
    this.#options.request(`${first} is frozen${isFrozen ? '' : ' no more'}`, addresses);
  }

  /**
   * Told at once, and not by the next look: a pass may wait at a gate for longer than a freeze lasts. What is frozen otherwise
   * than before; `null` where it cannot be read.
   */
  #hear(state: StateFolder): Promise<readonly Address[] | null> {
    const { info, freezes } = this.#options.context;
    const reading = this.#reading.then(async () => {
      const found = await activeFreezes(state, info.name, this.#now()).catch(() => null);
      if (found === null) return null;
      const before = this.all;
      freezes.heard(found);
      return freezesMoved(before, found);
    });
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  #now(): string {
    return new Date(this.#options.context.clock.wall()).toISOString();
  }
}

/** Which resources are frozen, frozen otherwise, or frozen no more. */
function freezesMoved(before: readonly Freeze[], now: readonly Freeze[]): readonly Address[] {
  const keyOf = ({ address, since, until }: Freeze): string => `${address} ${since} ${until}`;
  const [known, found] = [new Set(before.map(keyOf)), new Set(now.map(keyOf))];
  const moved = [...now.filter((one) => !known.has(keyOf(one))), ...before.filter((one) => !found.has(keyOf(one)))];
  return [...new Set(moved.map(({ address }) => address))];
}
