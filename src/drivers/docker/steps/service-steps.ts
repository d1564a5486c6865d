/**
 * Steps for services. Whatever an engine cannot change in place takes another container: the successor is made ahead
 * under a name of its own, so that the service is down only from the stop of the one to the start of the other. Where
 * something that it uses is itself made anew, the old container has to let go first, and nothing can be made ahead.
 */
import type { Change } from '../../../model/change.ts';
import { type JsonObject, member } from '../../../model/json.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { afterGivingUp, givenUpName } from '../../../model/given-up-name.ts';
import { afterInterruption, keepingReplacement } from './aside-steps.ts';
import { holding } from './holding.ts';
import { holdsRemade, usesRemade, usesRemadeVolume } from './remade.ts';
import { alteringSteps, restartingSteps } from './service-alterations.ts';
import * as specs from './specs.ts';
import { anonymousOf, futureTarget, presentObject, presentTarget, successorName, type Target } from './targets.ts';

export function serviceSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { after, action, name } = change;
  if (givenUpName(change, context) !== null) {
    const freed: StepSpec = { ...specs.rename(presentTarget(change, context), successorName(name)), phase: 'prepare' };
    return [freed, ...serviceSteps(change, afterGivingUp(change, context, successorName(name)))];
  }
  const present = presentTarget(change, context);
  if (after === null) return removalForGood(present, change, context);
  if (action === 'create' || presentObject(change, context) === null) {
    return afterInterruption(change, after, context) ?? creation(futureTarget(change), after, context, {});
  }
  // The labels of a container say its address for good.
  const isRelabelled = change.previous_address !== null && change.previous_address !== change.address;
  if (action === 'replace' || isRelabelled) {
    return (
      afterInterruption(change, after, context) ??
      keepingReplacement(change, after, context) ??
      replacement(change, after, context)
    );
  }
  const altering = (): readonly StepSpec[] => alteration(change, after, context);
  return afterInterruption(change, after, context, altering) ?? altering();
}

function alteration(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  // A volume that is made anew has its users made anew as well, by its own change: this one has nothing left to do.
  if (usesRemadeVolume(change, context)) return [specs.stop(presentTarget(change, context))];
  return change.action === 'restart' ? restartingSteps(change, after, context) : alteringSteps(change, after, context);
}

function replacement(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const old = presentTarget(change, context);
  const made = futureTarget(change);
  const anonymous = anonymousOf(presentObject(change, context));
  const down = [specs.stop(old), specs.remove(old, null)];
  const next = { ...made, name: successorName(change.name) };
  // What a crash has left under the successor's name stands in nobody's way.
  if (old.name === next.name && !holdsRemade(change, context)) {
    return [specs.create(made, after, context, { anonymous }), ...down, ...starting(made, after, context)];
  }
  if (old.name === next.name) return [...down, ...creation(made, after, context, anonymous)];
  if (usesRemade(change, context)) {
    const { hold, release } = holding(made, after, anonymous, context);
    const create = specs.create(made, after, context, { anonymous });
    return [...hold, ...down, create, ...release, ...starting(made, after, context)];
  }
  return [
    specs.create(next, after, context, { finalName: change.name, anonymous }),
    ...down,
    specs.rename(next, change.name),
    ...starting(made, after, context),
  ];
}

/** A container from nothing, also as somebody's neighbour. */
function creation(
  target: Target,
  config: JsonObject,
  context: StepsContext,
  anonymous: JsonObject,
): readonly StepSpec[] {
  return [specs.create(target, config, context, { anonymous }), ...starting(target, config, context)];
}

function starting(target: Target, config: JsonObject, context: StepsContext): readonly StepSpec[] {
  return member(config, 'run_state') === 'stopped' ? [] : [specs.start(target, config, context)];
}

/** With what goes along: its anonymous volumes, and the name that kept its image. */
function removalForGood(target: Target, change: Change, context: StepsContext): readonly StepSpec[] {
  const declared = context.desired.get(change.address)?.name;
  // What stands beside the declared one, a crash having left it, holds the volumes of that, and has no image of its own.
  if (declared !== undefined && declared !== change.name) {
    return [specs.stop(target), specs.remove(target, null)].map((spec) => specs.sparing(spec, declared));
  }
  const isKept = member(change.before, 'deletion_policy') === 'retain';
  const { args, ...removal } = specs.remove(target, isKept ? null : anonymousOf(presentObject(change, context)));
  return [specs.stop(target), { ...removal, args: { ...args, forgets_image: true } }];
}
