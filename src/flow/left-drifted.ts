/**
 * What had drifted before a run began, and which the run left as it was: a saved plan knows nothing of what happened since.
 * That it does not work is neither the doing of the run nor the fault of its revision. Pure.
 */
import type { Address } from '../model/address.ts';
import type { Plan } from '../model/plan.ts';

/** `planned` is made moments before `carriedOut` begins. Steps that wait for something leave it as it is. */
export function leftDrifted(planned: Plan, carriedOut: Plan): ReadonlySet<Address> {
  const steps = carriedOut.steps.filter(({ phase }) => phase !== 'gate');
  const touched = new Set([...carriedOut.changes, ...steps].map(({ address }) => address));
  return new Set(planned.drift.flatMap(({ address }) => (touched.has(address) ? [] : [address])));
}
