/**
 * Whether a successor may run beside what it replaces: only where the two cannot get into each other's way, and where
 * nobody is led to the new one before it has passed its gate.
 */
import { declaredHooks } from '../../../model/hooks.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import { HOST } from '../fields/predefined.ts';
import { networkKeys } from './specs.ts';

export function mayRunBeside(old: ObservedObject, after: JsonObject): boolean {
  const { configured: before, status } = old;
  // Of what ends by itself two would do the work twice.
  if (status.run_state !== 'running' || member(after, 'run_state') !== 'running') return false;
  // These are to run before whatever takes something down, and what runs has its own.
  if ([before, after].some((config) => (declaredHooks(config, 'pre_stop') ?? []).length > 0)) return false;
  return isUnobtrusive(before) && isUnobtrusive(after) && !hasHostname(after) && !sharesData(old, after);
}

/** Has nothing outside of itself that only one can have. */
function isUnobtrusive(config: JsonObject): boolean {
  const networks = networkKeys(config);
  if (networks.includes(HOST) || membersAt(config, 'networking', 'ports').length > 0) return false;
  return networks.every((key) => {
    const attachment = memberAt(config, 'networking', 'networks', key);
    return ['ipv4_address', 'ipv6_address', 'mac_address'].every((field) => member(attachment, field) === null);
  });
}

/** A host name is a name on each network, from the start and for good. */
function hasHostname(config: JsonObject): boolean {
  return memberAt(config, 'networking', 'hostname') !== null;
}

function sharesData({ configured, status }: ObservedObject, after: JsonObject): boolean {
  // Whatever nobody named goes along.
  if (membersOf(member(status.details, 'anonymous_volumes')).length > 0) return true;
  const [have, want] = [mountsOf(configured), mountsOf(after)];
  return have.some((one) => want.some((other) => (isWritable(one) || isWritable(other)) && isSame(one, other)));
}

function isSame(one: Json, other: Json): boolean {
  const [left, right] = [member(one, 'volume'), member(other, 'volume')];
  if (left !== null || right !== null) return left === right;
  const [path, otherPath] = [folderOf(one), folderOf(other)];
  return path.startsWith(otherPath) || otherPath.startsWith(path);
}

function folderOf(mount: Json): string {
  const path = member(mount, 'host_path');
  return typeof path === 'string' ? `${path.replace(/\/+$/, '')}/` : '';
}

function isWritable(mount: Json): boolean {
  return member(mount, 'mode') !== 'ro';
}

function mountsOf(config: JsonObject): readonly Json[] {
  return membersAt(config, 'storage', 'volumes');
}

function membersAt(config: JsonObject, ...names: readonly string[]): readonly Json[] {
  return membersOf(memberAt(config, ...names));
}

function membersOf(value: Json): readonly Json[] {
  return isJsonObject(value) ? Object.values(value) : [];
}
