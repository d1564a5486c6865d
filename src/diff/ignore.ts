/** Ignore rules: differences that people declared to be none, with hits counted, until their date has passed. */
import type { Address } from '../model/address.ts';
import type { IgnoreHit } from '../model/change.ts';
import type { IgnoreRule } from '../model/desired.ts';
import { type FieldPath, parseFieldPath, valueAt } from '../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { isWithin } from './cause.ts';

export class IgnoreRules {
  readonly #rules: ReadonlyMap<Address, readonly IgnoreRule[]>;
  readonly #hits = new Map<IgnoreRule, number>();

  /** `today` is `YYYY-MM-DD`; a rule holds up to and including its `until`. */
  constructor(rules: readonly IgnoreRule[], today: string) {
    const valid = rules.filter((rule) => rule.until === null || rule.until >= today);
    this.#rules = Map.groupBy(valid, (rule) => rule.address);
    for (const rule of valid) this.#hits.set(rule, 0);
  }

  /** Whether a difference of this field is to be ignored; counts the hit. */
  matches(address: Address, path: FieldPath): boolean {
    const rule = this.#rules.get(address)?.find((candidate) => isWithin(path, candidate.field_path));
    if (rule !== undefined) this.#hits.set(rule, (this.#hits.get(rule) ?? 0) + 1);
    return rule !== undefined;
  }

  hits(): readonly IgnoreHit[] {
    return [...this.#hits].map(([{ address, field_path, reason }, hits]) => ({ address, field_path, reason, hits }));
  }
}

/** `desired` with what `observed` has at the given paths: an ignored field is left as it is when others change. */
export function keepObserved(desired: JsonObject, observed: JsonObject, paths: readonly FieldPath[]): JsonObject {
  return paths.reduce(
    (config, path) => withValueAt(config, parseFieldPath(path) ?? [], valueAt(observed, path)),
    desired,
  );
}

function withValueAt(target: JsonObject, names: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = names;
  if (name === undefined) return target;
  const { [name]: current = null, ...others } = target;
  if (rest.length > 0) return { ...target, [name]: withValueAt(isJsonObject(current) ? current : {}, rest, value) };
  return value === null ? others : { ...target, [name]: value };
}
