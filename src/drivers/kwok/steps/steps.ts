/**
 * From a change to the calls that carry it out. Pure. `create` makes the folder of a cluster and all in it and starts it, `populate`
 * brings nodes, addons and contexts about, which needs an API server that answers.
 */
import type { Address } from '../../../model/address.ts';
import type { Change, Difference } from '../../../model/change.ts';
import { fieldPath, RUN_STATE_PATH } from '../../../model/field-path.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { StepPhase } from '../../../model/plan.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import type { Verb } from './verbs.ts';

export function stepsFor(change: Change, { observed }: StepsContext): readonly StepSpec[] {
  const { type, address, name, after, action } = change;
  if (type !== 'cluster') return [];
  const previous = observed.get(change.previous_address ?? address)?.name ?? name;
  const gone = [
    spec('stop', 'stop', address, { name: previous }),
    spec('remove', 'remove', address, { name: previous }),
  ];
  if (after === null) return gone;
  const args = { name, config: after };
  const rests = after['run_state'] === 'stopped';
  const made = [
    spec('create', 'prepare', address, args),
    spec('start', 'start', address, args),
    spec('populate', 'start', address, args),
    ...(rests ? [spec('stop', 'stop', address, { name })] : []),
  ];
  if (action === 'create') return made;
  if (action === 'replace' || previous !== name) return [...gone, ...made];
  const renewed = [spec('start', 'start', address, args), spec('populate', 'start', address, args)];
  const update = spec('update', 'alter', address, args);
  if (action === 'restart')
    return [
      spec('stop', 'stop', address, { name }),
      ...mended(change, update, args),
      ...(rests ? [spec('stop', 'stop', address, { name })] : renewed),
    ];
  return updating(change, after, { update, renewed, stop: spec('stop', 'stop', address, { name }) });
}

/** What is damaged is made anew, around its data; it writes the mark, too. */
function mended({ address, differences }: Change, update: StepSpec, args: JsonObject): readonly StepSpec[] {
  const isDamaged = differences.some(({ field_path: path }) => path === DAMAGE_PATH);
  return [isDamaged ? spec('create', 'alter', address, args) : update];
}

const DAMAGE_PATH = fieldPath('damage');

interface Parts {
  readonly update: StepSpec;
  readonly renewed: readonly StepSpec[];
  readonly stop: StepSpec;
}

/** Nodes and addons are told to what runs; a cluster at rest is told when it is started next. */
function updating({ differences }: Change, after: JsonObject, { update, renewed, stop }: Parts): readonly StepSpec[] {
  const rests = after['run_state'] === 'stopped';
  const moves = differences.some(isRunState);
  if (rests) return moves ? [stop, update] : [update];
  return [update, ...(moves ? renewed : renewed.slice(1))];
}

function isRunState({ field_path: path }: Difference): boolean {
  return path === RUN_STATE_PATH;
}

function spec(verb: Verb, phase: Exclude<StepPhase, 'gate'>, address: Address, args: JsonObject): StepSpec {
  return { verb, phase, address, args };
}
