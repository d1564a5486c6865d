/** How a step finds the container that it means among namesakes. */
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { optionalText, textArgument } from './arguments.ts';
import { isOwn, nameInUse, objectMissing } from './ownership.ts';
import type { VerbContext } from './verb.ts';

/** For steps that are done once the container is gone: a namesake is not it. */
export async function meantContainer(verb: VerbContext): Promise<ContainerInspect | null> {
  const found = await lookForContainer(verb);
  if (found === null || !isMeant(found, verb)) return null;
  // Renamed since it was looked at: it is what is declared, and not what stood beside that.
  return nameOf(found) === optionalText(verb.args, 'spares') ? null : found;
}

/** For steps that need the container; `null` where a neighbour's step has nothing to do. */
export async function presentContainer(verb: VerbContext): Promise<ContainerInspect | null> {
  const found = await lookForContainer(verb);
  const name = textArgument(verb.args, 'name');
  if (found !== null && !isMeant(found, verb)) throw nameInUse('container', name, found.Config.Labels);
  if (found === null && verb.args['as_neighbour'] !== true) throw objectMissing('container', name);
  return found;
}

/** By its id where the step knows one, under whatever name; a neighbour may have been made anew under its name. */
async function lookForContainer({ api, args, signal }: VerbContext): Promise<ContainerInspect | null> {
  const id = optionalText(args, 'id');
  const known = id === null ? null : await api.container(id, signal);
  if (known !== null || (id !== null && args['as_neighbour'] !== true)) return known;
  return api.container(textArgument(args, 'name'), signal);
}

function isMeant({ Config: config }: ContainerInspect, { step, context }: VerbContext): boolean {
  return isOwn(config.Labels, step.address, context);
}

/** Whether anything of it lives: paused and restarting count. */
export function isUp({ State: state }: ContainerInspect): boolean {
  return state.Running || state.Paused || state.Restarting;
}

export function nameOf({ Name: name }: Pick<ContainerInspect, 'Name'>): string {
  return name.replace(/^\//, '');
}

/** What a step answers about its container. */
export function identity({ Id: id }: Pick<ContainerInspect, 'Id'>): JsonObject {
  return { id: id.slice(0, 12) };
}
