/**
 * A replacement that can be taken back: what worked is kept aside until its successor has passed its gate. Where the two
 * cannot get into each other's way the successor runs beside it meanwhile, without any of its names, and takes over once
 * it is proved. What an earlier run has left aside worked, and not what stands in its place.
 */
import { addressOf, typeOf } from '../../../model/address.ts';
import type { Change } from '../../../model/change.ts';
import { type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import * as aside from './aside-specs.ts';
import { mayRunBeside } from './overlap.ts';
import { buildsOnRemade, usesRemade, usedBy } from './remade.ts';
import * as specs from './specs.ts';
import { anonymousOf, futureTarget, presentObject, presentTarget, successorName, type Target } from './targets.ts';

/** `null` where nothing can be kept: it is not wanted, nothing is there, or its volumes go with it. */
export function keepingReplacement(
  change: Change,
  after: JsonObject,
  context: StepsContext,
): readonly StepSpec[] | null {
  const old = presentObject(change, context);
  // What a crash has left under the successor's name has never been in its place.
  const isSuccessor = old?.name === successorName(change.name);
  if (!context.keepsAside || old === null || isSuccessor || holdsRemadeVolume(old, after, context)) return null;
  const [present, made] = [presentTarget(change, context), futureTarget(change)];
  const isBeside =
    old.name === made.name &&
    present.address === made.address &&
    !usesRemade(change, context) &&
    mayRunBeside(old, after);
  const building = isBeside ? beside(present, made, after, context) : inTurn(change, after, context);
  return [...building, aside.discard(made, starts(after)), aside.restore(made, aside.keptAsItIs(old, after), context)];
}

/** The old one serves until the new one is proved. */
function beside(old: Target, made: Target, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const next = { ...made, name: successorName(made.name) };
  const config = aside.nameless(after);
  return [
    specs.create(next, config, context, { finalName: made.name }),
    specs.start(next, config, context),
    aside.takeOver(next, made, old, after, context),
  ];
}

/** The old one is down before the new one is up. */
function inTurn(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const [old, made] = [presentTarget(change, context), futureTarget(change)];
  const anonymous = anonymousOf(presentObject(change, context));
  const down = [specs.stop(old), aside.setAside(old, made)];
  return [...built(made, down, { after, anonymous, isAhead: !buildsOnRemade(change, context) }, context)];
}

interface Building {
  readonly after: JsonObject;
  readonly anonymous: JsonObject;
  /** Whether it can be made before the old one is down. */
  readonly isAhead: boolean;
}

function built(
  made: Target,
  down: readonly StepSpec[],
  { after, anonymous, isAhead }: Building,
  context: StepsContext,
): readonly StepSpec[] {
  const start = starts(after) ? [specs.start(made, after, context)] : [];
  if (!isAhead) return [...down, specs.create(made, after, context, { anonymous }), ...start];
  const next = { ...made, name: successorName(made.name) };
  return [
    specs.create(next, after, context, { finalName: made.name, anonymous }),
    ...down,
    specs.rename(next, made.name),
    ...start,
  ];
}

/**
 * What comes after an earlier run that has left something aside; `altering` are the steps of a change in place. What that
 * run was interrupted at is made good first. `null` where nothing was left.
 */
export function afterInterruption(
  change: Change,
  after: JsonObject,
  context: StepsContext,
  altering: (() => readonly StepSpec[]) | null = null,
): readonly StepSpec[] | null {
  const { aside: kept } = context;
  if (kept === null) return null;
  const made = futureTarget(change);
  const isHolder = holdsRemadeVolume(kept, after, context);
  // It goes with its volume, before that.
  const gone: readonly StepSpec[] = isHolder ? [{ ...aside.discard(made, false), phase: 'remove' }] : [];
  const ending = endingAfter(kept, made, after, context, isHolder);
  if (change.reason === 'aside_left') return [...gone, ...ending];
  const beginning = isHolder ? gone : finished(kept, made);
  if (altering !== null) {
    // What runs in its stead may be all but proved: until it is, nothing else is taken down.
    const isReplaced = isLiving(presentObject(change, context));
    return [...(isReplaced ? gone : beginning), ...altering(), ...ending];
  }
  return [...beginning, ...insteadOf(change, after, kept, context), ...ending];
}

/** What does not run proves nothing: what is aside waits until it is started again. */
function endingAfter(
  kept: ObservedObject,
  made: Target,
  after: JsonObject,
  context: StepsContext,
  isGone: boolean,
): readonly StepSpec[] {
  const end = aside.discard(made, starts(after));
  if (isGone) return [end];
  return starts(after) ? [end, aside.restore(made, aside.keptByEarlierRun(kept, made, after), context)] : [];
}

/** Where the earlier run did not get to the end of setting it aside. */
function finished(kept: ObservedObject, made: Target): readonly StepSpec[] {
  const restart = memberAt(kept.configured, 'container', 'restart');
  if (!isLiving(kept) && specs.networkKeys(kept.configured).length === 0 && restart === 'no') return [];
  const address = kept.ownership?.address ?? made.address;
  return [aside.setAside({ address, name: kept.name, id: kept.id }, made)];
}

function isLiving(object: ObservedObject | null): boolean {
  return ['running', 'paused', 'restarting'].includes(object?.status.run_state ?? '');
}

/** In the place of what stands there now, if anything does. */
function insteadOf(
  change: Change,
  after: JsonObject,
  kept: ObservedObject,
  context: StepsContext,
): readonly StepSpec[] {
  const [present, made] = [presentObject(change, context), futureTarget(change)];
  const anonymous = { ...anonymousOf(present), ...anonymousOf(kept) };
  if (present === null) return built(made, [], { after, anonymous, isAhead: false }, context);
  const old = presentTarget(change, context);
  const down = [specs.stop(old), specs.remove(old, null)];
  const isAhead = old.name !== successorName(made.name) && !usesRemade(change, context);
  return built(made, down, { after, anonymous, isAhead }, context);
}

function starts(after: JsonObject): boolean {
  return member(after, 'run_state') !== 'stopped';
}

/** Volumes that are only removed wait until what holds them is discarded. */
function holdsRemadeVolume({ configured }: ObservedObject, after: JsonObject, context: StepsContext): boolean {
  const isRemade = [configured, after]
    .flatMap(usedBy)
    .some((address) => typeOf(address) === 'volume' && context.remade.has(address) && context.desired.has(address));
  return isRemade || movesAway(configured, context);
}

/** Whether a volume that it holds gets another address: its data is copied, and the old one goes. */
function movesAway(configured: JsonObject, { desired, remade }: StepsContext): boolean {
  const isMoving = [...remade].some((address) => typeOf(address) === 'volume' && desired.has(address));
  return isMoving && specs.volumeKeys(configured).some((key) => !desired.has(addressOf('volume', key)));
}
