/** Conditions that status takes from what a plan finds: whether what runs is what is declared, and whether somebody is needed. */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import type { Condition, StatedState } from '../report/status.ts';
import { listed } from '../report/words.ts';

export function readyCondition(plan: Plan, environment: DesiredEnvironment, state: StatedState): Condition {
  const { name } = environment;
  const ready = (status: Condition['status'], reason: string, message: string): Condition => {
    return { type: 'Ready', status, reason, message, since: null };
  };
  const silent = plan.inputs.engines.find((engine) => engine.status === 'unreachable');
  if (silent !== undefined)
    return ready('Unknown', 'EngineUnreachable', `engine ${silent.name}: ${silent.error ?? ''}`);
  const ignored = new Set(plan.drift_ignored);
  const drifted = driftedIn(plan);
  const pending = plan.changes.filter(({ address, cause }) => cause !== 'world' && !ignored.has(address));
  if (pending.length > 0) {
    const all = new Set([...pending.map(({ address }) => address), ...drifted]);
    return ready('False', 'ChangesPending', `${countText(all.size)}; see trueup plan ${name}`);
  }
  if (drifted.length > 0) {
    return ready('False', 'Drifted', `${listed(drifted, MOST_NAMES)}: ${policyText(drifted, environment)}`);
  }
  const frozen = plan.withheld.filter(({ reason }) => reason === 'frozen').map(({ address }) => address);
  if (frozen.length > 0) {
    return ready('False', 'Frozen', `${listed([...new Set(frozen)], MOST_NAMES)}: left as it is by a freeze`);
  }
  if (state === 'failed' || state === 'degraded')
    return ready('False', 'NotHealthy', 'not everything works as declared');
  return ready('True', 'Synced', 'what runs equals what git declares');
}

export function stalledCondition(plan: Plan): Condition {
  // A freeze ends by itself, and what is only reported waits for nobody.
  const withheld = plan.withheld.filter(({ reason }) => reason !== 'frozen' && reason !== 'drift_reported');
  const [first] = [...plan.conflicts, ...withheld];
  if (first === undefined)
    return { type: 'Stalled', status: 'False', reason: 'Nothing', message: 'nothing stands in the way', since: null };
  return { type: 'Stalled', status: 'True', reason: 'NeedsAPerson', message: first.summary, since: null };
}

const MOST_NAMES = 3;

/** What the world changed, and is not frozen. */
function driftedIn({ drift, frozen }: Plan): readonly Address[] {
  const still = new Set(frozen.map(({ address }) => address));
  return drift.map(({ address }) => address).filter((address) => !still.has(address));
}

function policyText(drifted: readonly Address[], { name, resources, policies }: DesiredEnvironment): string {
  const isHealed = drifted.every((address) => (resources.get(address)?.drift ?? policies.drift) === 'heal');
  const apply = `trueup apply ${name}`;
  return isHealed
    ? `drift, which watch and the daemon heal, and ${apply} does`
    : `drift, which its policy says to report; ${apply} heals it`;
}

function countText(count: number): string {
  return count === 1 ? '1 resource differs' : `${count} resources differ`;
}
