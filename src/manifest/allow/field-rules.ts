/** The rules of a policy by field, as a tree to walk down beside the values of a manifest. */
import type { Allow } from '../../model/generated/allow.ts';
import type { JsonObject } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import type { Reporter } from '../reporter.ts';
import { keysOf, schemaAt } from '../schema.ts';
import { compileRule, type Rule } from './rule.ts';

/** A place of manifests that something is allowed at, or below. */
export interface FieldNode {
  /** `services.*.container.image`. */
  readonly field: string;
  /** `null` where only what lies below is allowed. */
  readonly rule: Rule | null;
  readonly schema: JsonObject;
  readonly children: ReadonlyMap<string, FieldNode>;
  /** What any key or item leads to. */
  readonly any: FieldNode | null;
}

interface Growing extends FieldNode {
  rule: Rule | null;
  readonly children: Map<string, Growing>;
  any: Growing | null;
}

export class FieldRules {
  readonly #root: Growing = node('', {});
  readonly #required: FieldNode[] = [];

  constructor(declared: NonNullable<Allow['fields']>, reporter: Reporter) {
    for (const [field, said] of Object.entries(declared)) {
      const place = this.#place(field, reporter);
      if (place === null) continue;
      place.rule = compileRule(said, place.schema, ({ key, reason }) => {
        reporter.error('invalid_policy', ['fields', field, key], `${field}: ${reason}`);
      });
      if (place.rule.isRequired) this.#required.push(place);
    }
  }

  get root(): FieldNode {
    return this.#root;
  }

  /** The fields that must be given. */
  get required(): readonly FieldNode[] {
    return this.#required;
  }

  /** Where a field stands, made on the way; `null` for one that manifests do not have. */
  #place(field: string, reporter: Reporter): Growing | null {
    let place = this.#root;
    const [passed, names]: [string[], string[]] = [[], []];
    for (const name of field.split('.')) {
      const above = schemaAt(names);
      passed.push(name);
      names.push(
        ...schemaNames(name)
          .filter((candidate) => schemaAt([...names, candidate]) !== null)
          .slice(0, 1),
      );
      const schema = names.length === passed.length ? schemaAt(names) : null;
      if (schema === null) {
        const meant = nearest(name, keysOf(above));
        const detail = meant === null ? 'see `trueup schema environment`' : `did you mean "${meant}"?`;
        reporter.errorAt('key', 'invalid_policy', ['fields', field], `no manifest has the field "${field}"`, detail);
        return null;
      }
      const next = name === '*' ? place.any : place.children.get(name);
      const grown = next ?? node(passed.join('.'), schema);
      if (name === '*') place.any = grown;
      else place.children.set(name, grown);
      place = grown;
    }
    return place;
  }
}

function node(field: string, schema: JsonObject): Growing {
  return { field, schema, rule: null, children: new Map(), any: null };
}

/** The schema finds a member of a map by any name that is no property, and an item by an index. */
function schemaNames(name: string): readonly string[] {
  return name === '*' ? ['*', '0'] : [name];
}
