/**
 * Building blocks of steps for what is set aside. Whatever `restore` needs to know of the version that worked stands in its
 * arguments: once that is detached and has its restart policy taken, the engine no longer says how it was.
 */
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { membersOf } from '../fields/parts.ts';
import * as specs from './specs.ts';
import { successorName, type Target } from './targets.ts';

/** Out of the way of what is to be called `made`. */
export function setAside(old: Target, made: Target): StepSpec {
  return specs.spec('set_aside', 'stop', old, { successor: made.name });
}

/** What has passed its gate as `next` gets the names and the place of the old one, which is set aside. */
export function takeOver(next: Target, made: Target, old: Target, config: JsonObject, context: StepsContext): StepSpec {
  return specs.spec(
    'take_over',
    'settle',
    { ...next, address: made.address },
    {
      to: made.name,
      old: old.id,
      endpoints: specs.endpointsOf(config, context),
    },
  );
}

/** `isProved`: the successor has passed its gate, and so its image is worth keeping. */
export function discard(made: Target, isProved: boolean): StepSpec {
  return specs.spec('discard_aside', 'discard', made, { keep_image: isProved });
}

/** What is to come back. */
export interface Kept {
  readonly object: ObservedObject;
  /** Where it stood, and is to stand again. */
  readonly name: string;
  /** Its configuration as it was when it worked. */
  readonly networking: JsonObject;
  readonly restart: Json;
  readonly starts: boolean;
}

export function restore(
  made: Target,
  { object, name, networking, restart, starts }: Kept,
  context: StepsContext,
): StepSpec {
  return specs.spec(
    'restore',
    'recover',
    { ...made, name, id: object.id },
    {
      declared: made.name,
      standing: [...new Set([made.name, successorName(made.name), name])],
      previous_address: object.ownership?.address ?? made.address,
      endpoints: specs.endpointsOf({ networking }, context),
      restart,
      starts,
    },
  );
}

/** As it stands before anything was done to it. */
export function keptAsItIs(object: ObservedObject, after: JsonObject): Kept {
  const { configured, name } = object;
  const { networking } = configured;
  return {
    object,
    name,
    networking: isJsonObject(networking) ? networking : {},
    restart: memberAt(configured, 'container', 'restart'),
    starts: comesBackRunning(object, after),
  };
}

/** As an earlier run has left it: what it lacks by now is as it is declared. */
export function keptByEarlierRun(aside: ObservedObject, made: Target, after: JsonObject): Kept {
  const [declared, found] = [after, aside.configured].map((config) => memberAt(config, 'networking', 'networks'));
  const restart = memberAt(aside.configured, 'container', 'restart');
  return {
    object: aside,
    name: made.name,
    networking: { networks: { ...membersOf(declared ?? null), ...membersOf(found ?? null) } },
    restart: restart === null || restart === 'no' ? memberAt(after, 'container', 'restart') : restart,
    starts: comesBackRunning(aside, after),
  };
}

/** What was found at rest may have been stopped by a run that died. What has done its work does not do it again. */
function comesBackRunning({ status }: ObservedObject, after: JsonObject): boolean {
  const { run_state: state } = status;
  if (state === 'running' || state === 'paused' || state === 'restarting') return true;
  const wanted = member(after, 'run_state');
  return wanted === 'completed' ? state === 'stopped' : wanted !== 'stopped';
}

/** The successor has none of the names that the old one still has. */
export function nameless(config: JsonObject): JsonObject {
  const networking = membersOf(member(config, 'networking'));
  const networks = Object.entries(membersOf(member(networking, 'networks'))).map(
    ([key, attachment]): [string, Json] => [key, { ...membersOf(attachment), aliases: [], nameless: true }],
  );
  return { ...config, networking: { ...networking, networks: Object.fromEntries(networks) } };
}
