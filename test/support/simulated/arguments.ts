/** Arguments of steps, read back: the boundary where opaque JSON becomes what the verbs work with. */
import { TrueupError } from '../../../src/model/failure.ts';
import { type Json, type JsonObject, member } from '../../../src/model/json.ts';
import type { Endpoint } from './calls.ts';

export function textArgument(args: JsonObject, name: string): string {
  const value = member(args, name);
  if (typeof value === 'string') return value;
  throw new TrueupError('internal', `the step carries no ${name}`);
}

export function idArgument(args: JsonObject): string | null {
  const value = member(args, 'id');
  return typeof value === 'string' ? value : null;
}

export function textArguments(args: JsonObject, name: string): readonly string[] {
  const value = member(args, name);
  return Array.isArray(value) ? value.filter((item: Json) => typeof item === 'string') : [];
}

export function endpointArgument(args: JsonObject): Endpoint {
  return endpointOf(member(args, 'endpoint'));
}

export function endpointArguments(args: JsonObject): readonly Endpoint[] {
  const value = member(args, 'endpoints');
  return Array.isArray(value) ? value.map(endpointOf) : [];
}

function endpointOf(value: Json): Endpoint {
  const [network, key] = [member(value, 'network'), member(value, 'key')];
  if (typeof network !== 'string' || typeof key !== 'string') throw new TrueupError('internal', 'no endpoint');
  return { network, key, aliases: textArguments({ aliases: member(value, 'aliases') }, 'aliases') };
}
