/** Arguments of steps, read back: the boundary where opaque JSON becomes what the verbs work with. */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../../model/json.ts';

export function textArgument(args: JsonObject, name: string): string {
  const value = member(args, name);
  if (typeof value === 'string') return value;
  throw missing(name);
}

export function optionalText(args: JsonObject, name: string): string | null {
  const value = member(args, name);
  return typeof value === 'string' ? value : null;
}

export function objectArgument(args: JsonObject, name: string): JsonObject {
  const value = member(args, name);
  if (isJsonObject(value)) return value;
  throw missing(name);
}

export function textsArgument(args: JsonObject, name: string): readonly string[] {
  const value = member(args, name);
  if (isJsonArray(value)) return value.filter((item: Json) => typeof item === 'string');
  throw missing(name);
}

/** Texts by key. */
export function textMapArgument(args: JsonObject, name: string): Readonly<Record<string, string>> {
  return textsOf(objectArgument(args, name));
}

/** `null` where the argument is. */
export function optionalTextMap(args: JsonObject, name: string): Readonly<Record<string, string>> | null {
  const value = member(args, name);
  return isJsonObject(value) ? textsOf(value) : null;
}

/** How a container is to be attached to a network. */
export interface Endpoint {
  /** The physical name of the network. */
  readonly network: string;
  /** As it stands in a configuration. */
  readonly attachment: JsonObject;
}

export function endpointArgument(args: JsonObject): Endpoint {
  return endpointOf(member(args, 'endpoint'));
}

export function endpointArguments(args: JsonObject): readonly Endpoint[] {
  const value = member(args, 'endpoints');
  if (isJsonArray(value)) return value.map(endpointOf);
  throw missing('endpoints');
}

function endpointOf(value: Json): Endpoint {
  const [network, attachment] = [member(value, 'network'), member(value, 'attachment')];
  if (typeof network !== 'string' || !isJsonObject(attachment)) throw missing('endpoint');
  return { network, attachment };
}

function textsOf(value: JsonObject): Readonly<Record<string, string>> {
  const entries = Object.entries(value).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  );
  return Object.fromEntries(entries);
}

function missing(name: string): TrueupError {
  return new TrueupError('internal', `the step carries no ${name}`);
}
