/** Conditions that status takes from what a plan finds: whether what runs is what is declared, and whether somebody is needed. */
import type { Address } from '../model/address.ts';
import { type Conflict, isHealing, type Withheld } from '../model/change.ts';
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
  const pending = plan.changes.filter((change) => !isHealing(change) && !ignored.has(change.address));
  if (pending.length > 0) {
    const all = new Set([...pending.map(({ address }) => address), ...drifted]);
    return ready('False', 'ChangesPending', `${countText(all.size)}; see trueup plan ${name}`);
  }
  if (drifted.length > 0) {
    return ready('False', 'Drifted', driftText(drifted, plan, environment));
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
  const [first, ...more] = needsAPerson(plan);
  if (first === undefined)
    return { type: 'Stalled', status: 'False', reason: 'Nothing', message: 'nothing stands in the way', since: null };
  const message = more.length === 0 ? first.summary : `${first.summary}; and ${more.length} more: see trueup plan`;
  return { type: 'Stalled', status: 'True', reason: 'NeedsAPerson', message, since: null };
}

const MOST_NAMES = 3;

/** What the world changed, and is not frozen. */
function driftedIn({ drift, frozen }: Plan): readonly Address[] {
  const still = new Set(frozen.map(({ address }) => address));
  return drift.map(({ address }) => address).filter((address) => !still.has(address));
}

/** What nobody but a person can carry on. */
function needsAPerson({ conflicts, withheld }: Plan): readonly (Conflict | Withheld)[] {
  // A freeze ends by itself, and what is only reported waits for nobody.
  return [...conflicts, ...withheld.filter(({ reason }) => reason !== 'frozen' && reason !== 'drift_reported')];
}

function driftText(drifted: readonly Address[], plan: Plan, { name, resources, policies }: DesiredEnvironment): string {
  const waiting = new Set(needsAPerson(plan).map(({ address }) => address));
  const ends = Map.groupBy(drifted, (address): DriftEnd => {
    if ((resources.get(address)?.drift ?? policies.drift) !== 'heal') return 'reported';
    return waiting.has(address) ? 'waiting' : 'healed';
  });
  const told = (['reported', 'waiting', 'healed'] as const).flatMap((end) => {
    const addresses = ends.get(end);
    return addresses === undefined ? [] : [`${listed(addresses, MOST_NAMES)}: ${DRIFT_WORDS[end]}`];
  });
  const apply = `trueup apply ${name}`;
  if (ends.has('waiting')) return told.join('; ');
  if (ends.size > 1) return `${told.join('; ')}; ${apply} heals all of it`;
  return `${told.join('; ')}${ends.has('healed') ? `, and ${apply} does` : `; ${apply} heals it`}`;
}

type DriftEnd = 'reported' | 'waiting' | 'healed';

const DRIFT_WORDS: Readonly<Record<DriftEnd, string>> = {
  reported: 'drift, which its policy says to report',
  waiting: 'drift, which waits for a person',
  healed: 'drift, which watch and the daemon heal',
};

function countText(count: number): string {
  return count === 1 ? '1 resource differs' : `${count} resources differ`;
}
