/**
 * What a run did to each service, in the words of CDEvents, told from how its steps ended: what was not done is not said.
 * Verbs are the driver's own, so that only the phases of steps count.
 */
import { type Address, typeOf } from '../model/address.ts';
import type { JsonObject } from '../model/json.ts';
import type { StepPhase } from '../model/plan.ts';
import type { Run, StepResult } from '../model/run.ts';

export interface ServiceEvent {
  readonly predicate: 'deployed' | 'upgraded' | 'restarted' | 'rolledback' | 'removed';
  readonly address: Address;
  readonly data: JsonObject;
}

/** Sorted by address. A service that is only left half-changed has none: the run says so. */
export function serviceEvents(run: Run): readonly ServiceEvent[] {
  const byAddress = Map.groupBy(run.steps, ({ address }) => address);
  const restored = new Map(run.rollbacks.map((rollback) => [rollback.address, rollback]));
  return [...byAddress]
    .filter(([address]) => typeOf(address) === 'service')
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([address, steps]): readonly ServiceEvent[] => {
      const rollback = restored.get(address);
      const data = { address, run: run.id };
      if (rollback !== undefined) {
        if (rollback.status !== 'restored') return [];
        return [{ predicate: 'rolledback', address, data: { ...data, downtime_ms: rollback.downtime_ms } }];
      }
      const predicate = predicateOf(steps);
      return predicate === null ? [] : [{ predicate, address, data }];
    });
}

function predicateOf(steps: readonly StepResult[]): Exclude<ServiceEvent['predicate'], 'rolledback'> | null {
  if (steps.some(({ status }) => status !== 'done' && status !== 'not_needed')) return null;
  const isIn = (...phases: readonly StepPhase[]): boolean =>
    steps.some(({ status, phase }) => status === 'done' && phases.includes(phase));
  const isTakenDown = isIn('stop', 'remove', 'settle', 'discard');
  if (isIn('start')) {
    if (!isIn('prepare')) return 'restarted';
    return isTakenDown ? 'upgraded' : 'deployed';
  }
  if (isIn('alter')) return 'upgraded';
  return isIn('remove') ? 'removed' : null;
}
