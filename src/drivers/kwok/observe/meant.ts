/** Which clusters a scope means: nobody's server is asked but theirs. Pure. */
import type { Scope } from '../../scope.ts';
import type { Mark } from '../marks.ts';

/** Ours, or under a wanted name. */
export function isMeant({ name, mark }: { readonly name: string; readonly mark: Mark | null }, scope: Scope): boolean {
  if (isWanted(name, scope)) return true;
  const ownership = mark?.ownership ?? null;
  if (scope.only !== undefined || ownership === null) return false;
  return ownership.environment === scope.environment && scope.owners.includes(ownership.owner);
}

/** Known to be meant, also where nobody can read whose it is: it is wanted, or was made here. */
export function isExpected(name: string, scope: Scope): boolean {
  return isWanted(name, scope) || (scope.only === undefined && (scope.recorded?.cluster ?? []).includes(name));
}

function isWanted(name: string, { names, only }: Scope): boolean {
  if (only !== undefined) return only.some((object) => object.type === 'cluster' && object.name === name);
  return (names.cluster ?? []).includes(name);
}
