/**
 * What keeps the anonymous volumes of a container known while there is no container: between the removal of the old one
 * and the creation of the new one much can fail, and nothing else says whose these volumes are. A container that is never
 * run stands there under the successor's name, so that whatever plan comes next finds it in the place of the old one.
 */
import type { JsonObject } from '../../../model/json.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { anonymousAt } from '../fields/mounts.ts';
import * as specs from './specs.ts';
import { successorName, type Target } from './targets.ts';

export interface Holding {
  /** Before the old container is removed. */
  readonly hold: readonly StepSpec[];
  /** Once the new one has the volumes. */
  readonly release: readonly StepSpec[];
}

/** `made` is the container to come; `anonymous` are the volumes, by container path. */
export function holding(made: Target, config: JsonObject, anonymous: JsonObject, context: StepsContext): Holding {
  const paths = Object.keys(anonymous);
  if (paths.length === 0) return { hold: [], release: [] };
  const holder = { ...made, name: successorName(made.name), id: null };
  const volumes = Object.fromEntries(paths.map((path) => [path, anonymousAt(path)]));
  const held = { container: config['container'] ?? null, storage: { volumes } };
  const create = specs.create(holder, held, context, { finalName: made.name, anonymous });
  // It uses nothing that is made anew, and belongs to the letting go: what builds waits for that.
  return {
    hold: [{ ...create, phase: 'stop' }],
    release: [{ ...specs.remove(holder, {}), phase: 'alter' }],
  };
}
