/**
 * The first machine of a home makes the key with which all of them are entered. Of two that are made at once there Lima lets one
 * fail, since both make it: so until it is there, machines are made one after the other.
 */
import { join } from 'node:path';
import { isThere } from '../../../files/is-there.ts';
import { Turns } from '../../turns.ts';
import type { Engine } from '../engine.ts';

/** Does what makes a machine, at once or once no other makes the key. */
export type WithKey = <T>(act: () => Promise<T>) => Promise<T>;

export function withKeyOf({ home }: Engine): WithKey {
  const turns = new Turns();
  // Its public half is written last.
  const key = join(home, '_config', 'user.pub');
  return async (act) => ((await isThere(key)) ? act() : turns.take(home, act));
}
