/** What a verb is given, and how it finds the object that it means among namesakes. */
import { claimKey } from '../../../src/model/adoption.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Ownership } from '../../../src/model/observed.ts';
import type { Step } from '../../../src/model/plan.ts';
import { idArgument } from './arguments.ts';
import type { EngineCall } from './calls.ts';
import type { SimulatedEngine } from './engine.ts';
import type { SimulatedObject } from './objects.ts';

export interface VerbContext {
  readonly engine: SimulatedEngine;
  readonly step: Step;
  readonly context: StepContext;
  /** What calls are to name, as it is called now. */
  readonly object: ObjectReference;
  send(call: EngineCall): Promise<JsonObject>;
  /** The object that the step means, or a namesake of it. */
  look(): Readonly<SimulatedObject> | null;
}

/** What the step means, for steps that are done once it is gone: a namesake is not it. */
export function meant(verb: VerbContext): Readonly<SimulatedObject> | null {
  const found = verb.look();
  return found !== null && isMeant(found, verb) ? found : null;
}

/** What the step means, for steps that need it; `null` where a neighbour's step has nothing to do. */
export function present(verb: VerbContext): Readonly<SimulatedObject> | null {
  const found = verb.look();
  if (found !== null && !isMeant(found, verb)) throw nameInUse(found);
  if (found === null && verb.step.args['as_neighbour'] !== true) throw missing(verb.object);
  return found;
}

/** By what is written on it, or, where nobody's labels stand on it, because a manifest claims it. */
export function isOwn(
  { ownership, type, id }: Readonly<SimulatedObject>,
  { step, context }: Pick<VerbContext, 'step' | 'context'>,
): boolean {
  if (ownership === null) return context.claimed?.get(claimKey({ type, as: id })) === step.address;
  const { owner, environment } = context.ownership;
  return ownership.owner === owner && ownership.environment === environment && ownership.address === step.address;
}

function isMeant(found: Readonly<SimulatedObject>, verb: VerbContext): boolean {
  return found.id === idArgument(verb.step.args) || isOwn(found, verb);
}

export function ownershipOf({ step, context }: VerbContext): Ownership {
  const { owner, project, environment, checkout, revision } = context.ownership;
  return { owner, project, environment, address: step.address, checkout, created_revision: revision };
}

export function identity(verb: VerbContext): JsonObject {
  const found = verb.look();
  return found === null ? {} : { id: found.id };
}

export function missing({ type, name }: ObjectReference): TrueupError {
  return new TrueupError('object_missing', `${type} ${name} is gone`, { fields: { name } });
}

export function nameInUse({ type, name, ownership }: Readonly<SimulatedObject>): TrueupError {
  const holder = ownership === null ? 'an object that trueup did not make' : (ownership.checkout ?? ownership.owner);
  return new TrueupError('name_in_use', `the ${type} name ${name} is taken by ${holder}`, { fields: { name, holder } });
}
