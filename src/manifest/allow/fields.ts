/**
 * Fields: every key and every value of a manifest against the rules of a policy. It fails closed: a key that no rule
 * names, and a value of a kind that its rule does not speak of, are not allowed, whether this version knows them or not.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { nameOf, shownValue } from '../schema-wording.ts';
import type { FieldNode } from './field-rules.ts';
import type { Limits } from './policy.ts';
import { adviceOf, isScalar, misfit } from './rule.ts';
import { longForm, namedItems } from './short-forms.ts';
import type { Violation } from './violation.ts';

export interface FieldOptions {
  readonly limits: Limits;
  /** Values are still templates: what holds a dollar is looked at once it means something. */
  readonly isTemplate: boolean;
}

const NOT_YOURS = 'in a repo that is not yours';

/** Ranges of ports count like ports, and are not written out where they are longer than any that is allowed. */
const LONGEST_RANGE = 100;

/** At the top of a file are the fields of the schema, which is more than there are. */
const MOST_FIELDS = 100;

export interface FieldsFound {
  readonly violations: readonly Violation[];
  /** Whether there is more of something than may be: what it holds was not looked at, and must not be by others. */
  readonly isTooMuch: boolean;
}

export function checkFields(root: JsonObject, rules: FieldNode, options: FieldOptions): FieldsFound {
  const walk = new Walk(options);
  walk.visit(root, rules, []);
  return walk;
}

class Walk {
  readonly violations: Violation[] = [];
  isTooMuch = false;
  readonly #options: FieldOptions;

  constructor(options: FieldOptions) {
    this.#options = options;
  }

  visit(value: Json, node: FieldNode, path: ManifestPath): void {
    if (value === null) return;
    const named = namedItems(node.field, value);
    if (named !== null) this.#named(named, node, path);
    else if (isJsonObject(value)) this.#members(value, node, path);
    else if (isJsonArray(value)) this.#items(value, node, path);
    else if (isScalar(value)) this.#scalar(value, node, path);
  }

  #members(map: JsonObject, node: FieldNode, path: ManifestPath): void {
    if (this.#exceeds(Object.keys(map).length, node, path)) return;
    for (const [key, value] of Object.entries(map)) {
      const child = this.#child(key, node, [...path, key]);
      if (child !== null) this.visit(value, child, [...path, key]);
    }
  }

  #named(items: readonly (readonly [string, string])[], node: FieldNode, path: ManifestPath): void {
    if (this.#exceeds(items.length, node, path)) return;
    for (const [index, [name, value]] of items.entries()) {
      const itemPath = [...path, String(index)];
      const child = this.#child(name, node, itemPath);
      if (child !== null) this.visit(value, child, itemPath);
    }
  }

  #items(list: readonly Json[], node: FieldNode, path: ManifestPath): void {
    if (this.#exceeds(list.length, node, path)) return;
    for (const [index, item] of list.entries()) {
      const itemPath = [...path, String(index)];
      if (node.any !== null) this.visit(item, node.any, itemPath);
      else if (isScalar(item)) this.#scalar(item, node, itemPath);
      else if (item !== null) this.#refuse(itemPath, 'value', `${nameOf(itemPath)} is not allowed ${NOT_YOURS}`);
    }
  }

  /** What is allowed at a key; `null` where nothing is, which is said. */
  #child(key: string, node: FieldNode, path: ManifestPath): FieldNode | null {
    const child = node.children.get(key) ?? node.any;
    if (child === null) {
      this.#refuse(path, 'key', `${fieldName(path)} is not allowed ${NOT_YOURS}`);
      return null;
    }
    const names = child === node.any ? (child.rule?.names ?? null) : null;
    if (names === null || names.test(key)) return child;
    this.#refuse(path, 'key', `the name "${shortened(key)}" is not allowed ${NOT_YOURS}`, child.rule?.advice ?? null);
    return null;
  }

  #scalar(value: string | number | boolean, node: FieldNode, path: ManifestPath): void {
    if (this.#options.isTemplate && typeof value === 'string' && value.includes('$')) return;
    if (isLongRange(node.field, value)) {
      this.isTooMuch = true;
      this.#refuse(path, 'value', `the range ${shownValue(value)} is longer than ${LONGEST_RANGE} ports`);
      return;
    }
    const long = longForm(node.field, value);
    if (long !== null && 'problem' in long) {
      this.#refuse(path, 'value', `${nameOf(path)} cannot be read: ${long.problem}`);
    } else if (long !== null) {
      this.#written(long.values, node.any !== null && isWhole(node) ? node.any : node, path);
    } else if (node.rule === null) {
      this.#refuse(path, 'value', `${fieldName(path)} is not allowed ${NOT_YOURS} as a single value`);
    } else {
      const reason = isSealed(value) ? null : misfit(value, node.rule, node.schema);
      if (reason === null) return;
      this.#refuse(path, 'value', `${fieldOf(node, path)} ${reason} ${NOT_YOURS}`, adviceOf(node.rule));
    }
  }

  /** Of what a range stands for the first that is not allowed says it for all. */
  #written(values: readonly Json[], node: FieldNode, path: ManifestPath): void {
    const before = this.violations.length;
    for (const value of values) {
      this.visit(value, node, path);
      if (this.violations.length > before) return;
    }
  }

  #exceeds(count: number, { field }: FieldNode, path: ManifestPath): boolean {
    const { limits } = this.#options;
    const isCounted = field === 'services' || field === 'volumes' || field === 'networks';
    const most = isCounted ? limits[field] : field === '' ? MOST_FIELDS : limits.entries;
    if (count <= most) return false;
    this.isTooMuch = true;
    this.#refuse(path, 'key', `${nameOf(path)} has ${count} entries; ${most} are allowed ${NOT_YOURS}`);
    return true;
  }

  #refuse(path: ManifestPath, part: 'key' | 'value', summary: string, detail: string | null = null): void {
    this.violations.push({ path, part, summary, detail });
  }
}

function isLongRange(field: string, value: string | number | boolean): boolean {
  if (field !== 'services.*.networking.ports.*' || typeof value !== 'string') return false;
  return [...value.matchAll(/(\d+)-(\d+)/g)].some(([, first, last]) => Number(last) - Number(first) >= LONGEST_RANGE);
}

/** A text where a list is expected stands for its only item. */
function isWhole({ field }: FieldNode): boolean {
  return field === 'services.*.storage.tmpfs';
}

/** Marks of secrets: their text was looked at where it is declared. */
function isSealed(value: string | number | boolean): boolean {
  return typeof value === 'string' && value.startsWith('\0');
}

/** Values of a short form are named after the field that they are of. */
function fieldOf({ field }: FieldNode, path: ManifestPath): string {
  const last = field.slice(field.lastIndexOf('.') + 1);
  return last === '*' || last === path.at(-1) ? fieldName(path) : last;
}

function fieldName(path: ManifestPath): string {
  const name = nameOf(path) || '""';
  const above = path.at(-2) ?? '';
  return shortened(path.length > 2 && !/\[\d+\]$|^\d+$/.test(name) && !/^\d+$/.test(above) ? `${above}.${name}` : name);
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
