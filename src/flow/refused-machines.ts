/**
 * What the own validators of engines say against the VMs that a plan makes or changes, before anything of it is carried out:
 * errors at its fields, or at the VM. What such a validator accepts may still fail; what it refuses would.
 */
import type { Observer } from '../drivers/driver.ts';
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { RUN_STATE_PATH } from '../model/field-path.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';

export interface ValidatingEngines {
  readonly engines: ReadonlyMap<string, { readonly observer: Pick<Observer, 'machines'> }>;
  readonly observations: ReadonlyMap<string, Observation>;
}

/** The same plan where nothing is refused. */
export async function withRefusedMachines(
  plan: Plan,
  environment: Pick<DesiredEnvironment, 'resources' | 'locate'>,
  looked: ValidatingEngines,
  signal: AbortSignal,
): Promise<Plan> {
  const changes = plan.changes.filter(isDefining);
  const refused = (await Promise.all(changes.map((change) => refusalsOf(change, environment, looked, signal)))).flat();
  if (refused.length === 0) return plan;
  return { ...plan, diagnostics: [...plan.diagnostics, ...refused], applyable: false };
}

/** Whether it comes to another definition. */
function isDefining({ type, action, after, differences }: Change): boolean {
  if (type !== 'vm' || after === null) return false;
  const isMade = action === 'create' || action === 'replace';
  return isMade || differences.some(({ field_path: path }) => path !== RUN_STATE_PATH);
}

async function refusalsOf(
  { address, engine }: Change,
  { resources, locate }: Pick<DesiredEnvironment, 'resources' | 'locate'>,
  { engines, observations }: ValidatingEngines,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const desired = resources.get(address);
  const sights = engines.get(engine)?.observer.machines;
  if (desired === undefined || sights?.validate === undefined) return [];
  const observation = observations.get(engine);
  const facts = observation?.status === 'known' ? observation.facts : null;
  const refused = (await sights.validate(desired, facts, signal)) ?? [];
  return refused.map(({ field_path: path, text }) =>
    errorAt('invalid_value', locate(address, path), `engine "${engine}" refuses ${address}`, text),
  );
}
