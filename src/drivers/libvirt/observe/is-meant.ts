/** Whether a look is at this machine or volume: at what is ours, or stands under a wanted name. */
import type { Ownership } from '../../../model/observed.ts';
import type { OwnerMark } from '../../owner-mark.ts';
import type { Scope } from '../../scope.ts';

export function isMeant(type: 'vm' | 'volume', name: string, mark: OwnerMark | null, scope: Scope): boolean {
  const { owners, environment, names, only } = scope;
  if (only !== undefined) return true;
  return isOurs(mark?.ownership ?? null, owners, environment) || (names[type] ?? []).includes(name);
}

function isOurs(ownership: Ownership | null, owners: readonly string[], environment: string): boolean {
  return ownership !== null && ownership.environment === environment && owners.includes(ownership.owner);
}
