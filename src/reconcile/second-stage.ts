/**
 * What a second stage may do: what the shown plan announced, what is declared there and is not there yet, and to bring up what
 * went down with its VM. Whatever else is found inside, nobody has agreed to. Pure.
 */
import type { Address } from '../model/address.ts';
import { type Change, changeKey } from '../model/change.ts';
import { TrueupError } from '../model/failure.ts';
import { RUN_STATE_PATH } from '../model/field-path.ts';
import type { Plan } from '../model/plan.ts';

/** Throws `second_stage_refused` for a plan that goes further than what was shown. */
export function assertAnnounced(shown: Plan, found: Plan): void {
  const declared = new Set<Address>((shown.second_stage ?? []).flatMap(({ addresses }) => addresses));
  const announced = new Map(shown.changes.map((change) => [changeKey(change), change]));
  const surprises = found.changes.filter(
    (change) => !isAnnounced(change, announced.get(changeKey(change))) && !isBroughtUp(change, declared),
  );
  const reasons = [
    ...surprises.map(({ address, action }) => `${address} would have to be ${PARTICIPLES[action]}`),
    ...found.conflicts.map(({ summary }) => summary),
    ...found.diagnostics.filter(({ severity }) => severity === 'error').map(({ summary }) => summary),
    ...found.inputs.engines.flatMap(({ name, status, error }) =>
      status === 'unreachable' ? [`engine "${name}" does not answer: ${error ?? ''}`] : [],
    ),
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

function isBroughtUp({ address, action, reason, differences }: Change, declared: ReadonlySet<Address>): boolean {
  if (action === 'create') return declared.has(address);
  return (
    action === 'update' &&
    reason === 'not_running' &&
    differences.every(({ field_path: path }) => path === RUN_STATE_PATH)
  );
}
