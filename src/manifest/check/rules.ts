/** `moved` and `ignore_differences`: addresses and fields that exist, and dates that have not passed. */
import { isAddress, typeOf } from '../../model/address.ts';
import type { IgnoreRule, MovedResource } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import { leadingNames, parseFieldPattern } from '../../model/field-pattern.ts';
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
export async function resolveIgnoreRules(context: CheckContext, today: string): Promise<readonly IgnoreRule[]> {
  const { manifest, reporter } = context.scope;
  const rules: IgnoreRule[] = [];
  for (const [index, { address, field_path: text, reason, until = null }] of itemsOf(manifest.ignore_differences)) {
    const path = ['ignore_differences', String(index)];
    if (!isAddress(address)) continue;
    const fields = await ignoredFields(text);
    if ('wrong' in fields) {
      reporter.error('invalid_value', [...path, 'field_path'], `"${text}" selects no fields`, fields.wrong);
      continue;
    }
    if (!isDeclared(address, context)) reportUnknown(address, [...path, 'address'], context);
    else {
      const config = context.resources.get(address)?.config ?? null;
      checkField(config, leadingNames(text), [...path, 'field_path'], context);
    }
    if (until !== null && until < today) {
      const summary = `the rule for ${address} has expired: ${until} has passed`;
      reporter.warning('expired_rule', [...path, 'until'], summary, 'leave the rule out, or give it a later date');
    }
    rules.push({ address, ...fields, reason, until, source: reporter.layers.locate(path, 'value') });
  }
  return rules;
}

const EXAMPLES = "write such as `$.labels.build`, `$['networking']['ports']['8080/tcp']` or `$.labels.*`";

type IgnoredFields = Pick<IgnoreRule, 'field_path' | 'select'> | { readonly wrong: string };

/** Paths of names are understood here; the library is loaded for the rest alone. */
async function ignoredFields(text: string): Promise<IgnoredFields> {
  const pattern = parseFieldPattern(text);
  if (pattern !== null) {
    const names = pattern.flatMap((name) => name ?? []);
    return { field_path: names.length === pattern.length ? fieldPath(...names) : text };
  }
  const { parseFieldQuery } = await import('./field-query.ts');
  const query = parseFieldQuery(text);
  if ('wrong' in query) return { wrong: `${query.wrong}; ${EXAMPLES}` };
  return { field_path: text, select: query.select };
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
