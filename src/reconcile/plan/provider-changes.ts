/** What a plan does about a VM with an engine inside, and about the disks that the VM is made of. Pure. */
import { type Address, typeOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { EngineInside } from '../../model/desired.ts';
import type { DecisionsRequest, PlanDecisions } from './decisions.ts';
import { oursIn } from './inside-contents.ts';

/** Disks of the VM that go, or are made anew without what was on them: also where the VM itself does not change. */
export function lostDisks(
  inside: EngineInside,
  changes: readonly Change[],
  request: DecisionsRequest,
): readonly Address[] {
  const disks = new Set(disksOf(inside, request));
  return changes
    .filter(({ address, engine }) => disks.has(address) && engine === inside.engine.name)
    .filter(({ action }) => action === 'replace' || action === 'delete')
    .map(({ address }) => address);
}

/** What must not be destroyed for what is in the VM to stay. */
export function sheltering(inside: EngineInside, request: DecisionsRequest): readonly Address[] {
  return [inside.provider, ...disksOf(inside, request)];
}

/** Where the environment is to go, nothing of it is wanted: then what is declared says which disks are those of the VM. */
function disksOf({ provider }: EngineInside, { environment, declared }: DecisionsRequest): readonly Address[] {
  const uses = (declared ?? environment.resources).get(provider)?.uses ?? [];
  return uses.filter((used) => typeOf(used) === 'volume');
}

/** Whether the VM is down, and the plan leaves it so: by its drift policy, because it is frozen, or for what it keeps. */
export function isLeftDown(inside: EngineInside, decided: PlanDecisions, request: DecisionsRequest): boolean {
  const { provider } = inside;
  const isLeft =
    !decided.changes.some(({ address }) => address === provider) &&
    [...decided.withheld, ...(request.frozen ?? [])].some(({ address }) => address === provider);
  return isLeft && isDown(inside, request);
}

/** Whether the VM is there, and does not run. */
export function isDown({ provider, engine }: EngineInside, request: DecisionsRequest): boolean {
  const observation = request.observations.get(engine.name);
  if (observation === undefined) return false;
  const found = oursIn(observation, request).filter(({ ownership }) => ownership?.address === provider);
  return found.length > 0 && found.every(({ status }) => status.run_state !== 'running');
}
