/** The kind of a field, the same for every resource: `container.image`, `environment_variables`. No name of a user is in it. */
import { type FieldPath, parseFieldPath } from '../../model/field-path.ts';

/** Groups of the schema whose members the schema names; the members of all others are named by people. */
const GROUPS: ReadonlySet<string> = new Set([
  'container',
  'process',
  'networking',
  'storage',
  'health_check',
  'resource_limits',
  'build',
  'ipam',
]);

const SCHEMA_NAME = /^[a-z][a-z0-9_]{0,63}$/;

export function fieldKind(path: FieldPath): string {
  const [first = '', second] = parseFieldPath(path) ?? [];
  if (!SCHEMA_NAME.test(first)) return 'other';
  return GROUPS.has(first) && second !== undefined && SCHEMA_NAME.test(second) ? `${first}.${second}` : first;
}
