/**
 * `restart: true`: whatever restarts or replaces a dependency restarts the dependents that asked for it, transitively. So
 * does a volume that has to be made anew under a service that runs.
 */
import type { Finding } from '../../diff/findings.ts';
import { NO_IMPACT, portsOf } from '../../diff/impact.ts';
import { keepObserved } from '../../diff/ignore.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { Cause, Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { ROOT_PATH } from '../../model/field-path.ts';
import { compareText } from '../../model/json.ts';

/** `changes` with the dependents added or raised to restarts, still sorted by address. */
export function withDependentRestarts(
  environment: DesiredEnvironment,
  findings: readonly Finding[],
  changes: readonly Change[],
): readonly Change[] {
  const dependents = dependentsThatRestart(environment);
  if (dependents.size === 0) return changes;
  // What is both removed and made anew, as on another engine, has two changes: its removal stays as it is.
  const removals = changes.filter((change) => change.action === 'delete');
  const kept = changes.filter((change) => change.action !== 'delete');
  const byAddress = new Map(kept.map((change) => [change.address, change]));
  const existing = new Map(
    findings.flatMap((finding) => (finding.kind === 'equal' ? [[finding.desired.address, finding]] : [])),
  );
  const queue = kept.filter(bringsUpAnew).map((change) => change.address);
  for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
    for (const dependent of dependents.get(address) ?? []) {
      const restarted = restartOf(
        environment,
        dependent,
        byAddress.get(dependent) ?? null,
        existing.get(dependent) ?? null,
        byAddress.get(address)?.cause ?? 'git',
      );
      if (restarted === null) continue;
      byAddress.set(dependent, restarted);
      queue.push(dependent);
    }
  }
  return [...byAddress.values(), ...removals].sort((left, right) => compareText(left.address, right.address));
}

export function dependentsThatRestart(environment: DesiredEnvironment): ReadonlyMap<Address, readonly Address[]> {
  const dependents = new Map<Address, Address[]>();
  for (const resource of environment.resources.values()) {
    const restarting = resource.dependencies.filter(({ restart }) => restart).map(({ address }) => address);
    // A volume that is made anew is another one: whoever holds the old one has to take it up.
    const volumes = resource.uses.filter((address) => typeOf(address) === 'volume');
    for (const address of [...restarting, ...volumes]) {
      const known = dependents.get(address);
      if (known === undefined) dependents.set(address, [resource.address]);
      else known.push(resource.address);
    }
  }
  return dependents;
}

/** Whether dependents that asked for it are restarted with it. */
export function bringsUpAnew(change: Change): boolean {
  if (change.type === 'volume') return change.action === 'create';
  if (change.type !== 'service' && change.type !== 'vm' && change.type !== 'cluster') return false;
  return change.action !== 'update' || change.reason === 'not_running';
}

/** A restart of what runs and would go on; `null` where it comes up anew already, or is not to run. */
export function restartOf(
  environment: DesiredEnvironment,
  dependent: Address,
  change: Change | null,
  finding: Pick<Extract<Finding, { kind: 'equal' }>, 'desired' | 'observed' | 'ignored'> | null,
  cause: Cause,
): Change | null {
  if (change !== null) {
    const isRunning = change.action === 'update' && change.reason === 'differs';
    return isRunning || (change.action === 'move' && change.type === 'service')
      ? {
          ...change,
          action: 'restart',
          reason: 'restart_with_dependency',
          impact: restartImpact(dependent, portsOf({ configured: change.before ?? {} })),
        }
      : null;
  }
  if (finding === null || finding.desired.config['run_state'] !== 'running') return null;
  const { desired, observed, ignored } = finding;
  return {
    address: dependent,
    previous_address: null,
    type: desired.type,
    name: desired.name,
    engine: desired.engine,
    action: 'restart',
    reason: 'restart_with_dependency',
    cause,
    before: observed.configured,
    after: keepObserved(desired.config, observed.configured, ignored),
    after_unknown: false,
    differences: [],
    source: environment.locate(dependent, ROOT_PATH),
    depends_on: [...desired.dependencies.map((dependency) => dependency.address), ...desired.uses],
    impact: restartImpact(dependent, portsOf(observed)),
  };
}

function restartImpact(address: Address, ports: readonly string[]): Change['impact'] {
  return { ...NO_IMPACT, restarts: [address], connections_dropped: true, ports_dropped: ports, downtime: true };
}
