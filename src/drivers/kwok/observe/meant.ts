/** Which clusters a scope means: nobody's server is asked but theirs. Pure. */
import type { Scope } from '../../scope.ts';
import type { FolderSight } from './look-at-folder.ts';

/** Ours, or under a wanted name. */
export function isMeant({ name, mark }: Pick<FolderSight, 'name' | 'mark'>, scope: Scope): boolean {
  if (isWanted(name, scope)) return true;
  const ownership = mark?.ownership ?? null;
  if (scope.only !== undefined || ownership === null) return false;
  return ownership.environment === scope.environment && scope.owners.includes(ownership.owner);
}

export function isWanted(name: string, { names, only }: Scope): boolean {
  if (only !== undefined) return only.some((object) => object.type === 'cluster' && object.name === name);
  return (names.cluster ?? []).includes(name);
}
