/** What the harness knows of an engine: how it tells, without asking trueup, that the shop stands and that nothing else does. */
import type { Random } from './random.ts';
import type { ShopState } from './shop-state.ts';

export interface ShopWorld {
  /** What differs from the shop, whole and alone on its engine: nothing of ours beside it. Empty where all is right. */
  differences(state: ShopState): Promise<readonly string[]>;
  /** What stands after all of it was destroyed, but for volumes. */
  remains(): Promise<readonly string[]>;
  /** The content that the volume was given; `null` where volume or content are gone. */
  precious(): Promise<string | null>;
  setPrecious(content: string): Promise<void>;
  /** Does something to the shop that a person might do, and says what. */
  drift(random: Random): Promise<string>;
  /** How many there are of each kind, ours or not. */
  census(): Promise<Readonly<Record<string, number>>>;
}
