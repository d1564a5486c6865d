/**
 * What a change does to others, once all changes and their steps are known: who restarts along with it, who is taken off a
 * network and put back, and which published ports drop meanwhile; and whether a move takes it down itself. Pure; it says
 * what a plan does, and decides nothing.
 */
import { isInterrupted, portsOf } from '../../diff/impact.ts';
import type { World } from '../../diff/world.ts';
import type { Address } from '../../model/address.ts';
import type { Change, Impact } from '../../model/change.ts';
import type { DriverModel } from '../../drivers/driver.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { Step } from '../../model/plan.ts';
import { bringsUpAnew, dependentsThatRestart } from './restarts.ts';

export interface ImpactInput {
  readonly environment: DesiredEnvironment;
  readonly steps: readonly Step[];
  readonly world: World;
  /** By the names of their engines. */
  readonly models: ReadonlyMap<string, DriverModel>;
}

/** The same changes, each with all that it does to others in its impact. */
export function withWholeImpact(changes: readonly Change[], input: ImpactInput): readonly Change[] {
  const { environment, steps, world } = input;
  const restarted = new Map(changes.filter(restartsAlong).map((change) => [change.address, change] as const));
  const dependents = restarted.size === 0 ? new Map<Address, readonly Address[]>() : dependentsThatRestart(environment);
  const touched = Map.groupBy(
    steps.filter(({ changed, address, phase }) => changed !== address && phase !== 'gate' && phase !== 'recover'),
    ({ changed }) => changed,
  );
  const runningOf = (address: Address): readonly ObservedObject[] =>
    world
      .ours()
      .flatMap((located) => (located.address === address && isInterrupted(located.object) ? [located.object] : []));

  return changes.map((change) => {
    const { address } = change;
    const impact = runsOn(change, input) ? withoutOwn(change) : change.impact;
    const along = bringsUpAnew(change) ? closureOf(address, dependents, restarted) : [];
    const restarts = distinct([...impact.restarts, ...along]);
    const reconnects = distinct((touched.get(address) ?? []).map((step) => step.address)).filter(
      (neighbour) => !restarts.includes(neighbour) && neighbour !== address && runningOf(neighbour).length > 0,
    );
    const others = [...restarts, ...reconnects].filter((neighbour) => neighbour !== address);
    const isOfOthers = others.length > 0;
    return {
      ...change,
      impact: {
        ...impact,
        restarts,
        reconnects,
        connections_dropped: impact.connections_dropped || isOfOthers,
        ports_dropped: distinct([
          ...impact.ports_dropped,
          ...others.flatMap((neighbour) => runningOf(neighbour).flatMap(portsOf)),
        ]),
        downtime: impact.downtime || restarts.some((neighbour) => neighbour !== address),
      },
    };
  });
}

/** Whether its engine gives it the new name as it runs: another makes it anew for that. */
function runsOn({ action, address, engine, name }: Change, { steps, models }: ImpactInput): boolean {
  if (action !== 'move') return false;
  return steps
    .filter((step) => step.address === address && step.engine === engine && step.name === name)
    .every((step) => step.phase === 'recover' || models.get(engine)?.life(step) === null);
}

/** What it does to others stays, and is told of them. */
function withoutOwn({ address, impact }: Change): Impact {
  const restarts = impact.restarts.filter((restarted) => restarted !== address);
  return { ...impact, restarts, connections_dropped: false, ports_dropped: [], downtime: false };
}

function restartsAlong({ reason }: Change): boolean {
  return reason === 'restart_with_dependency';
}

/** Whoever restarts because of it, and because of those. */
function closureOf(
  address: Address,
  dependents: ReadonlyMap<Address, readonly Address[]>,
  restarted: ReadonlyMap<Address, Change>,
): readonly Address[] {
  const found = new Set<Address>();
  const open = [address];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const dependent of dependents.get(next) ?? []) {
      if (found.has(dependent) || !restarted.has(dependent)) continue;
      found.add(dependent);
      open.push(dependent);
    }
  }
  found.delete(address);
  return [...found].sort(compareText);
}

function distinct<T extends string>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
