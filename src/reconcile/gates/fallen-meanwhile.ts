/** What fell while a run was at others: where nobody wants it healed, the run is not judged by it. */
import type { DesiredResource } from '../../model/desired.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { Plan } from '../../model/plan.ts';
import type { GateCheck } from '../../model/run.ts';
import type { GateKeeper } from './gate-keeper.ts';

/** The checks of a last look that count. */
export async function withoutFallen(
  checks: readonly GateCheck[],
  resources: readonly DesiredResource[],
  { plan, keeper, signal }: { readonly plan: Plan; readonly keeper: GateKeeper; readonly signal: AbortSignal },
): Promise<readonly GateCheck[]> {
  const touched = new Set([...plan.changes, ...plan.steps].map(({ address }) => address));
  const unmet = new Set(checks.filter(({ met }) => !met).map(({ address }) => address));
  const leavable = resources.filter(({ address, drift }) => {
    return drift !== 'heal' && unmet.has(address) && !touched.has(address);
  });
  const fallen = new Set<string>();
  for (const resource of leavable) {
    const observation = await keeper.lookAt(resource.engine, [resource], signal);
    if (observation.status !== 'known') continue;
    const object = observation.objects.find(({ type, name }) => type === resource.type && name === resource.name);
    if (!isUp(object ?? null)) fallen.add(resource.address);
  }
  return checks.filter(({ address }) => !fallen.has(address));
}

function isUp(object: ObservedObject | null): boolean {
  return object?.status.run_state === 'running' || object?.status.run_state === 'completed';
}
