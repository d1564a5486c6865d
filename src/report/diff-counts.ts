/** How much two revisions declare otherwise, in words: `resources: 1 added, 2 changed; 5 fields`. */
import type { DifferenceKind, EnvironmentDifference, ResourceDifference } from '../model/declared-diff.ts';
import { countList, plural } from './words.ts';

const KINDS = ['added', 'removed', 'changed'] as const satisfies readonly DifferenceKind[];

/** Empty where environments differ and nothing in them. */
export function declaredCounts(environments: readonly EnvironmentDifference[]): string {
  const resources = environments.flatMap((environment) => environment.resources);
  const fields = [...environments, ...resources].reduce((sum, item) => sum + item.differences.length, 0);
  const kinds = countList(kindCounts(resources));
  const words = [kinds === '' ? '' : `resources: ${kinds}`, fields === 0 ? '' : plural(fields, 'field')];
  return words.filter((word) => word !== '').join('; ');
}

export function kindCounts(
  resources: readonly ResourceDifference[],
): readonly (readonly [count: number, kind: DifferenceKind])[] {
  return KINDS.map((kind) => [resources.filter((resource) => resource.kind === kind).length, kind] as const);
}
