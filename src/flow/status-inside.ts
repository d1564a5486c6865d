/** The status of what is inside of a VM that does not exist yet, or is meant to be down: neither is trouble, and neither is unknown. */
import { type Address, canRun } from '../model/address.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { ResourceStatus } from '../report/status.ts';

/** `null` where its engine could be asked, or should have answered. */
export function statusInside(
  { type, engine }: Pick<DesiredResource, 'type' | 'engine'>,
  observation: Observation | undefined,
  plan: Plan,
): Pick<ResourceStatus, 'run_state' | 'reason'> | null {
  const resting = restingEngines(plan).get(engine);
  if (resting !== undefined)
    return { run_state: canRun(type) ? 'stopped' : null, reason: `${resting}, which it is in, is meant to be down` };
  if (observation?.status !== 'absent') return null;
  return { run_state: 'missing', reason: `${observation.provided_by}, which it is in, does not exist yet` };
}

/** Engines that are down with their VMs, on purpose, with the VMs. */
export function restingEngines({ inputs }: Plan): ReadonlyMap<string, Address> {
  return new Map(
    inputs.engines.flatMap(({ name, status, provided_by: provider }) =>
      status === 'resting' && provider !== undefined ? [[name, provider] as const] : [],
    ),
  );
}
