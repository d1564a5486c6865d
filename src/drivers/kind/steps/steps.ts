/**
 * From a change to the calls that carry it out. Pure. `fetch` has the node image there before anything is taken down, `create` makes
 * the node containers and all in them, `populate` tells nodes, addons and clients, which needs an API server that answers.
 */
import type { Address } from '../../../model/address.ts';
import type { Change, Difference } from '../../../model/change.ts';
import { fieldPath, parseFieldPath, RUN_STATE_PATH } from '../../../model/field-path.ts';
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
  const stop = spec('stop', 'stop', address, { name });
  const moved = previous === name ? {} : { previous };
  // A sign of loss may have passed by the time at which it is acted on.
  const lost = action === 'replace' && change.differences.some(isLoss) ? { lost: true } : {};
  const fetch = spec('fetch', 'prepare', address, { ...args, ...moved, ...lost });
  const former = { former: { nodes: change.before?.['nodes'] ?? null } };
  const renewed = [spec('start', 'start', address, args), spec('populate', 'start', address, { ...args, ...former })];
  const made = [spec('create', 'prepare', address, args), ...renewed, ...(rests ? [stop] : [])];
  if (action === 'create') return [fetch, ...made];
  if (action === 'replace' || previous !== name) return [fetch, ...gone, ...made];
  const update = spec('update', 'alter', address, args);
  if (action === 'restart') return [stop, update, ...(rests ? [] : renewed)];
  return updating(change, { update, renewed, stop, rests });
}

interface Parts {
  readonly update: StepSpec;
  readonly renewed: readonly StepSpec[];
  readonly stop: StepSpec;
  readonly rests: boolean;
}

/** Nodes and addons are told to what runs; a cluster at rest is told when it is started next. */
function updating({ differences }: Change, { update, renewed, stop, rests }: Parts): readonly StepSpec[] {
  const moves = differences.some(({ field_path: path }) => path === RUN_STATE_PATH);
  if (rests) return moves ? [stop, update] : [update];
  // To start it is to make anew what it lacks, too.
  if (moves || differences.some(isDamage)) return [update, ...renewed];
  return [update, ...(differences.some(isTold) ? renewed.slice(1) : [])];
}

function isDamage({ field_path: path }: Difference): boolean {
  return path === DAMAGE_PATH;
}

const DAMAGE_PATH = fieldPath('damage');

function isLoss({ field_path: path }: Difference): boolean {
  return path === LOST_PATH;
}

const LOST_PATH = fieldPath('lost');

/** What the API server, or clients, are told. */
function isTold({ field_path: path }: Difference): boolean {
  const [field = ''] = parseFieldPath(path) ?? [];
  return ['nodes', 'addons', 'kubeconfig'].includes(field);
}

function spec(verb: Verb, phase: Exclude<StepPhase, 'gate'>, address: Address, args: JsonObject): StepSpec {
  return { verb, phase, address, args };
}
