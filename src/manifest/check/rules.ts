/** `moved` and `ignore_differences`: addresses and fields that exist, and dates that have not passed. */
import { isAddress, typeOf } from '../../model/address.ts';
import type { IgnoreRule, MovedResource } from '../../model/desired.ts';
import { fieldPath, parseFieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import type { ManifestPath } from '../layers.ts';
import { itemsOf } from '../prune.ts';
import type { CheckContext } from './context.ts';
import { isDeclared, reportUnknown } from './references.ts';

export function resolveMoved(context: CheckContext): readonly MovedResource[] {
  const { manifest, reporter } = context.scope;
  return itemsOf(manifest.moved).flatMap(([index, { from, to }]) => {
    const path = ['moved', String(index)];
    if (!isAddress(from) || !isAddress(to)) return [];
    if (typeOf(from) !== typeOf(to)) {
      reporter.error('invalid_reference', [...path, 'to'], `a ${typeOf(from)} cannot become a ${typeOf(to)}`);
    } else if (!isDeclared(to, context)) reportUnknown(to, [...path, 'to'], context);
    else if (context.resources.has(from)) {
      const detail = 'what has moved no longer has its old address: leave out one of the two';
      reporter.error('invalid_reference', [...path, 'from'], `${from} is still declared`, detail);
    }
    return [{ from, to }];
  });
}

/** `today` is `YYYY-MM-DD`. */
export function resolveIgnoreRules(context: CheckContext, today: string): readonly IgnoreRule[] {
  const { manifest, reporter } = context.scope;
  return itemsOf(manifest.ignore_differences).flatMap(([index, rule]) => {
    const path = ['ignore_differences', String(index)];
    const { address, reason, until = null } = rule;
    const names = parsePath(rule.field_path);
    if (!isAddress(address)) return [];
    if (names === null || names.length === 0) {
      const detail = "write such as `$.labels.build` or `$['networking']['ports']['8080/tcp']`";
      reporter.error('invalid_value', [...path, 'field_path'], `"${rule.field_path}" is no path of one field`, detail);
      return [];
    }
    if (!isDeclared(address, context)) reportUnknown(address, [...path, 'address'], context);
    else checkField(context.resources.get(address)?.config ?? null, names, [...path, 'field_path'], context);
    if (until !== null && until < today) {
      const summary = `the rule for ${address} has expired: ${until} has passed`;
      reporter.warning('expired_rule', [...path, 'until'], summary, 'leave the rule out, or give it a later date');
    }
    return [{ address, field_path: fieldPath(...names), reason, until }];
  });
}

/** The groups of a resource whose fields are fixed, so that a misspelt one can be seen. */
const GROUPS: ReadonlySet<string> = new Set([
  'process',
  'container',
  'networking',
  'storage',
  'health_check',
  'resource_limits',
  'ipam',
]);

function checkField(config: Json, names: readonly string[], path: ManifestPath, context: CheckContext): void {
  let value = config;
  for (const [depth, name] of names.entries()) {
    if (!isJsonObject(value)) return;
    if (!Object.hasOwn(value, name)) {
      const suggestion = nearest(name, Object.keys(value));
      const detail =
        suggestion === null ? `fields: ${Object.keys(value).toSorted().join(', ')}` : `did you mean "${suggestion}"?`;
      context.scope.reporter.error('unknown_reference', path, `there is no field "${name}" to ignore`, detail);
      return;
    }
    if (depth === 0 && !GROUPS.has(name)) return;
    if (depth > 0) return;
    value = value[name] ?? null;
  }
}

const SEGMENT = /\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)|\["((?:[^"\\]|\\.)*)"\]/gu;

/** The names of an RFC 9535 path to one field; the shorthand and double quotes are understood too. */
function parsePath(text: string): readonly string[] | null {
  const normal = text.replace(SEGMENT, (_, name: string | undefined, quoted: string | undefined) => {
    return fieldPath(name ?? (quoted ?? '').replaceAll('\\"', '"')).slice(1);
  });
  return parseFieldPath(normal);
}
