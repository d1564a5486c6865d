/** Amounts: what must be given because its default is without limit, how many ports, and how much of everything together. */
import type { Json, JsonObject } from '../../model/json.ts';
import { formatSize, parseSize } from '../../model/quantity.ts';
import type { ManifestPath } from '../layers.ts';
import { nameOf } from '../schema-wording.ts';
import type { FieldNode } from './field-rules.ts';
import { type Instance, instancesOf, valueBelow } from './instances.ts';
import type { ForeignPolicy, Limits } from './policy.ts';
import { adviceOf } from './rule.ts';
import type { Violation } from './violation.ts';

export function checkAmounts(root: JsonObject, { fields, limits }: ForeignPolicy): readonly Violation[] {
  const violations: Violation[] = [];
  for (const { field, rule } of fields.required) {
    const names = field.split('.');
    const last = names.lastIndexOf('*') + 1;
    const below = names.slice(last);
    for (const instance of instancesOf(root, names.slice(0, last).join('.'))) {
      if (isService(names, last) && runsOtherwise(instance, fields.root)) continue;
      if (valueBelow(instance, below) !== null) continue;
      const summary = `${below.join('.')} must be given by ${nameOf(instance.path)} in a repo that is not yours`;
      violations.push({ path: instance.path, part: 'key', summary, detail: rule === null ? null : adviceOf(rule) });
    }
  }
  return [...violations, ...counted(root, limits), ...totals(root, limits)];
}

function isService(names: readonly string[], last: number): boolean {
  return last === 2 && names[0] === 'services';
}

/** What a container must be given is no news of a service that is refused for being none. */
function runsOtherwise(service: Instance, rules: FieldNode): boolean {
  const isAllowed = rules.children.get('services')?.any?.children.has('process') === true;
  return !isAllowed && valueBelow(service, ['process']) !== null;
}

/** Of all services together, whose lists may each be short. */
function counted(root: JsonObject, limits: Limits): readonly Violation[] {
  const fields = [
    ['services.*.networking.ports.*', 'ports'],
    ['services.*.health_check.endpoints.*', 'endpoints'],
  ] as const;
  return fields.flatMap(([field, what]) => {
    const all = instancesOf(root, field);
    const [first] = all.slice(limits[what]);
    return first === undefined ? [] : [excess(first.path, `${all.length} ${what}`, String(limits[what]))];
  });
}

/** Said once, of the service that goes beyond it. */
function totals(root: JsonObject, limits: Limits): readonly Violation[] {
  const memory = sumBeyond(root, 'memory_limit', limits.memory, (value) => parseSize(value));
  const cpus = sumBeyond(root, 'cpu_limit', limits.cpus, Number);
  return [
    ...(memory === null ? [] : [excess(memory.path, `${formatSize(memory.sum)} of memory`, formatSize(limits.memory))]),
    ...(cpus === null ? [] : [excess(cpus.path, `${cpus.sum} processors`, String(limits.cpus))]),
  ];
}

function sumBeyond(
  root: JsonObject,
  field: string,
  most: number,
  measure: (value: string | number) => number | null,
): { readonly path: ManifestPath; readonly sum: number } | null {
  let sum = 0;
  let beyond: ManifestPath | null = null;
  for (const { value, path } of instancesOf(root, `services.*.resource_limits.${field}`)) {
    sum += numberOf(value, measure);
    if (sum > most) beyond ??= path;
  }
  return beyond === null ? null : { path: beyond, sum };
}

/** What is no amount was refused by its rule. */
function numberOf(value: Json, measure: (value: string | number) => number | null): number {
  const number = typeof value === 'string' || typeof value === 'number' ? measure(value) : null;
  return number === null || Number.isNaN(number) ? 0 : number;
}

function excess(path: ManifestPath, what: string, most: string): Violation {
  const summary = `${what} in one environment are more than the ${most} that are allowed in a repo that is not yours`;
  return { path, part: 'key', summary, detail: null };
}
