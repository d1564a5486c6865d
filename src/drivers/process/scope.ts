/** Which entries of the registry a scope means. */
import { accessSync, constants } from 'node:fs';
import { errnoOf } from '../../files/errno.ts';
import type { Scope } from '../scope.ts';
import type { Engine } from './engine.ts';
import { readRegistered, type Registered } from './entry.ts';
import { type EntryKind, isSafeName, kindFolder } from './layout.ts';
import { registeredNames } from './registry.ts';

/** Names to look at: those that are asked for, else all that are registered. Throws where the registry is unreadable. */
export function namesFor({ root }: Engine, scope: Scope, kind: EntryKind): readonly string[] {
  if (scope.only === undefined) return registeredNames(root, kind);
  try {
    accessSync(kindFolder(root, kind), constants.R_OK | constants.X_OK);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return scope.only.filter((object) => object.type === kind && isSafeName(object.name)).map((object) => object.name);
}

/** An entry of the scope: ours, or under a wanted name; `null` for all others and for what says nothing of itself. */
export function inScope({ root }: Engine, scope: Scope, kind: EntryKind, name: string): Registered | null {
  const registered = readRegistered(root, kind, name);
  if (registered === null) return null;
  const { owner, environment } = registered.ownership;
  const isOurs = environment === scope.environment && scope.owners.includes(owner);
  const isNamed = scope.only !== undefined || (scope.names[kind] ?? []).includes(name);
  return isOurs || isNamed ? registered : null;
}
