/** Which services of an environment are probed between passes, and how: those on which their engine has no verdict. */
import { findObject } from '../../flow/status.ts';
import type { Planned } from '../../flow/planning.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredResource, EngineDeclaration } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import { type Json, scalarText } from '../../model/json.ts';
import type { ObservedStatus } from '../../model/observed.ts';
import { isMeantToRest } from '../../model/run-state.ts';
import { isSecret, type Vault } from '../../model/secret.ts';
import { type HealthCheck, healthCheckOf } from '../../reconcile/gates/health-check.ts';
import { ownCondition } from '../../reconcile/plan/gate-steps.ts';

export interface ProbeTarget {
  readonly address: Address;
  readonly resource: DesiredResource;
  readonly engine: EngineDeclaration;
  readonly check: HealthCheck;
  /** Another one is another start: what was known of the one before is void. */
  readonly incarnation: string | null;
  /** Milliseconds since the epoch; `null` where nobody knows. */
  readonly since: number | null;
  readonly workspace: Workspace;
}

/** What runs, and is meant to, frozen or not. */
export function probeTargets({ environment, observations }: Planned, workspace: Workspace): readonly ProbeTarget[] {
  const targets: ProbeTarget[] = [];
  for (const resource of environment.resources.values()) {
    const engine = environment.engines[resource.engine];
    const observation = observations.observations.get(resource.engine);
    if (resource.type !== 'service' || engine === undefined || observation?.status !== 'known') continue;
    if (isMeantToRest(resource.config) || ownCondition(resource) !== 'service_healthy') continue;
    const status = findObject(observation.objects, resource, workspace.owners)?.status;
    if (status?.run_state !== 'running') continue;
    const check = ownPart(status, checkOf(resource, workspace.vault));
    if (check === null) continue;
    const { incarnation } = status;
    const since = status.since === null ? null : Date.parse(status.since);
    targets.push({ address: resource.address, resource, engine, check, incarnation, since, workspace });
  }
  return targets;
}

/** An engine with a verdict runs the test and knows nothing of endpoints, as gates have it; `null` where nothing is left. */
function ownPart({ health }: ObservedStatus, check: HealthCheck | null): HealthCheck | null {
  if (check === null || health === 'none') return check;
  return health === 'healthy' && check.endpoints.length > 0 ? { ...check, test: null } : null;
}

/** `null` also where it is built from a secret that is not known here. */
function checkOf({ config }: DesiredResource, vault: Vault): HealthCheck | null {
  try {
    return healthCheckOf(config, (value: Json) => (isSecret(value) ? vault.reveal(value) : scalarText(value)));
  } catch (error) {
    if (error instanceof TrueupError) return null;
    throw error;
  }
}
