/**
 * What two revisions declare otherwise although no step comes of it: hooks, policies, how dependents wait. It decides about
 * later runs, and a plan between the two would not tell of it. Pure.
 */
import type { Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { DeclaredDifference, DeclaredOtherwise, EnvironmentDifference } from '../model/declared-diff.ts';
import { parseFieldPath } from '../model/field-path.ts';

/** `changes` are those of the plan from the one to the other. */
export function declaredOtherwise(
  difference: EnvironmentDifference | null,
  changes: readonly Change[],
): readonly DeclaredOtherwise[] {
  if (difference?.kind !== 'changed') return [];
  const stepped = new Set(
    changes.flatMap(({ address, differences }) => differences.map(({ field_path: path }) => `${address} ${path}`)),
  );
  const moved = new Set<string>(
    changes.flatMap(({ address, previous_address: from }) => (from === null ? [] : [address])),
  );
  return [
    ...difference.differences.filter((field) => !isMoveOf(field, moved)).map((field) => otherwise(null, field)),
    ...difference.resources.flatMap(({ address, differences }) =>
      differences
        .filter(({ effect, field_path: path }) => effect === null && !stepped.has(`${address} ${path}`))
        .map((field) => otherwise(address, field)),
    ),
  ];
}

/** A rename that the plan carries out. */
function isMoveOf({ field_path: path, after }: DeclaredDifference, moved: ReadonlySet<string>): boolean {
  return parseFieldPath(path)?.[0] === 'moved' && typeof after === 'string' && moved.has(after);
}

function otherwise(address: Address | null, difference: DeclaredDifference): DeclaredOtherwise {
  const { field_path, before, after, severity, after_source: source } = difference;
  return { address, field_path, before, after, severity, source };
}
