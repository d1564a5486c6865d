/** Where what is known of an environment lies, whether its repo could be read or not. */
import type { Recorded } from '../model/observed.ts';
import { readRecorded } from '../state/recorded.ts';
import type { Declaration, RememberedPlace } from './sources/source.ts';

export interface EnvironmentPlace extends RememberedPlace {
  /** Takes known secrets of its repo out of a text. */
  mask(text: string): string;
  /** What was recorded of it, where that is all that is known; `null` where it can be looked at. */
  readonly recorded: Recorded | null;
}

export async function environmentPlace(
  name: string,
  place: Pick<Declaration, 'workspace'> | RememberedPlace,
): Promise<EnvironmentPlace> {
  if ('workspace' in place) {
    const { repository, state, vault } = place.workspace;
    return { root: repository.root, state, mask: (text) => vault.mask(text), recorded: null };
  }
  const { recorded } = await readRecorded(place.state, name);
  return { ...place, mask: (text) => text, recorded };
}
