/**
 * What a second stage may do: what the shown plan announced, what is declared there and is not there yet, and to bring up what
 * went down with its VM. Whatever else is found inside, nobody has agreed to. Pure.
 */
import type { Announced } from '../diff/leaving.ts';
import type { Address } from '../model/address.ts';
import { type Change, changeKey, isLeftUndone, type Withheld } from '../model/change.ts';
import { TrueupError } from '../model/failure.ts';
import { RUN_STATE_PATH } from '../model/field-path.ts';
import type { Plan } from '../model/plan.ts';

/** What the run that shows a plan does itself to what its second stage looks at. */
export function announcedBy({ changes, second_stage: stages = [], withheld }: Plan): Announced {
  const down = new Set(stages.flatMap(({ addresses }) => addresses));
  // What was left as it drifted before the run is left by it.
  for (const { address } of withheld) down.delete(address);
  return { changed: new Set(changes.map(({ address }) => address)), down };
}

/** Throws `second_stage_refused` for a plan that goes further than what was shown. */
export function assertAnnounced(shown: Plan, found: Plan): void {
  const declared = new Set<Address>((shown.second_stage ?? []).flatMap(({ addresses }) => addresses));
  const announced = new Map(shown.changes.map((change) => [changeKey(change), change]));
  const own = found.changes.filter(
    (change) => isAnnounced(change, announced.get(changeKey(change))) || isBroughtUp(change, declared),
  );
  const meant = new Set<Change>([...own, ...restartedAlong(own, found.changes)]);
  const surprises = found.changes.filter((change) => !meant.has(change));
  const reasons = [
    ...surprises.map(({ address, action }) => `${address} would have to be ${PARTICIPLES[action]}`),
    ...withheldInside(shown, found)
      .filter(isLeftUndone)
      .map(({ summary }) => summary),
    ...found.conflicts.map(({ summary }) => summary),
    ...found.diagnostics.filter(({ severity }) => severity === 'error').map(({ summary }) => summary),
    ...found.inputs.engines.flatMap(({ name, status, error }) =>
      status === 'unreachable' ? [`engine "${name}" does not answer: ${error ?? ''}`] : [],
    ),
    // There is no third stage: what answered a moment ago and does not any more would be done by nobody.
    ...(found.second_stage ?? []).map(({ engine }) => `engine "${engine}" does not answer any more`),
  ];
  if (reasons.length === 0 && found.applyable) return;
  const why = reasons.length > 0 ? reasons.join('; ') : 'it cannot be applied';
  throw new TrueupError('second_stage_refused', `what is inside is not as the plan took it to be: ${why}`, {
    fields: { addresses: surprises.map(({ address }) => address) },
    next: 'look at it with `trueup plan`, and apply again',
  });
}

const PARTICIPLES: Readonly<Record<Change['action'], string>> = {
  create: 'created',
  update: 'changed',
  restart: 'restarted',
  replace: 'replaced',
  delete: 'removed',
  move: 'moved',
};

/** What was to be made anew, or restarted, may be found missing. */
function isAnnounced(change: Change, shown: Change | undefined): boolean {
  if (shown === undefined) return false;
  return shown.action === change.action || (change.action === 'create' && shown.action !== 'delete');
}

/** What restarts with its dependency does so when that comes up again, and is not changed beyond that. */
function restartedAlong(own: readonly Change[], changes: readonly Change[]): readonly Change[] {
  const reached = new Set(own.map(({ address }) => address));
  const along = new Set<Change>();
  for (let before = -1; before !== along.size; ) {
    before = along.size;
    for (const change of changes) {
      if (along.has(change) || change.reason !== 'restart_with_dependency' || !isRunStateOnly(change)) continue;
      if (!change.depends_on.some((address) => reached.has(address))) continue;
      along.add(change);
      reached.add(change.address);
    }
  }
  return [...along];
}

/** What the second plan withholds and the shown one has not said. */
export function withheldInside(shown: Plan, found: Plan): readonly Withheld[] {
  const said = new Set(shown.withheld.map(({ address, reason }) => `${reason} ${address}`));
  return found.withheld.filter(({ address, reason }) => !said.has(`${reason} ${address}`));
}

function isRunStateOnly({ differences }: Change): boolean {
  return differences.every(({ field_path: path }) => path === RUN_STATE_PATH);
}

function isBroughtUp(change: Change, declared: ReadonlySet<Address>): boolean {
  const { address, action, reason } = change;
  if (action === 'create') return declared.has(address);
  return action === 'update' && reason === 'not_running' && isRunStateOnly(change);
}
