/**
 * Fields that are of different kinds, which is a mismatch of type and not of value: an image against a build, a container against
 * a process, a volume against a path of the host, a test against endpoints. The same both ways. Pure.
 */
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../model/json.ts';
import type { HeldField } from './held-field.ts';

export function isTypeMismatch(field: HeldField): boolean {
  const [first, second] = field.names;
  const isWhole = field.names.length === 1;
  if (isWhole && (first === 'container' || first === 'process')) return areOpposed(field, runsAs);
  if (first === 'container' && (second === 'image' || second === 'build')) return areOpposed(field, isMadeFrom);
  if (first === 'health_check' && (second === 'test' || second === 'endpoints')) return areOpposed(field, isTestedBy);
  return field.names[3] === 'type' && isMountOfOtherKind(field);
}

/** Whether the mount at one path is a volume on one side and a path of the host on the other. */
export function isMountOfOtherKind(field: HeldField): boolean {
  const [first, second, path] = field.names;
  if (first !== 'storage' || second !== 'volumes' || path === undefined) return false;
  return areOpposed(field, (config) => memberAt(config, 'storage', 'volumes', path, 'type'));
}

function areOpposed({ source, target }: HeldField, kindOf: (config: JsonObject) => Json): boolean {
  const [one, other] = [kindOf(source.config), kindOf(target.config)];
  return one !== null && other !== null && one !== other;
}

function runsAs(config: JsonObject): Json {
  if (isSet(member(config, 'container'))) return 'container';
  return isSet(member(config, 'process')) ? 'process' : null;
}

function isMadeFrom(config: JsonObject): Json {
  if (isSet(memberAt(config, 'container', 'build'))) return 'build';
  return isSet(memberAt(config, 'container', 'image')) ? 'image' : null;
}

/** What is tested by both is of no one kind. */
function isTestedBy(config: JsonObject): Json {
  const check = member(config, 'health_check');
  const [test, endpoints] = [isSet(member(check, 'test')), isSet(member(check, 'endpoints'))];
  if (test === endpoints) return null;
  return test ? 'test' : 'endpoints';
}

function isSet(value: Json): boolean {
  return value !== null && !(isJsonObject(value) && Object.keys(value).length === 0);
}
