/** What happens and is over, such as a run that changed something: told each time, but not in a flood. Pure. */
import { MOST_IN_WINDOW, WINDOW_MS } from './episode.ts';

export interface Happenings {
  /** When something was told, within the window, oldest first. */
  readonly toldAt: readonly number[];
  /** How many have not been told, and the last of them. */
  readonly untold: number;
  readonly last: string;
}

export const NO_HAPPENINGS: Happenings = { toldAt: [], untold: 0, last: '' };

export interface HappeningsAdvance {
  readonly happenings: Happenings;
  /** What is to be told; `null` for nothing. */
  readonly text: string | null;
  readonly nextAt: number | null;
}

export function happened(before: Happenings, text: string): Happenings {
  return { ...before, untold: before.untold + 1, last: text };
}

export function advanceHappenings({ toldAt: before, untold, last }: Happenings, now: number): HappeningsAdvance {
  const toldAt = before.map((at) => Math.min(at, now)).filter((at) => now - at < WINDOW_MS);
  const happenings = { toldAt, untold, last };
  if (untold === 0) return { happenings, text: null, nextAt: null };
  const oldest = toldAt[0];
  if (oldest !== undefined && toldAt.length >= MOST_IN_WINDOW) {
    return { happenings, text: null, nextAt: oldest + WINDOW_MS };
  }
  const text = untold === 1 ? last : `${last}; ${untold} times since the last message`;
  return { happenings: { toldAt: [...toldAt, now], untold: 0, last }, text, nextAt: null };
}
