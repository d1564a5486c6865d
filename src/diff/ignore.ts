/**
 * Ignore rules: differences that people declared to be none, with hits counted, until their date has passed.
 *
 * A rule covers what it selects in what is desired or in what is observed, and all below; so a field that only one side has
 * is covered, too. The fields of a list are compared as a whole: what a query selects inside one covers nothing.
 */
import type { Address } from '../model/address.ts';
import type { IgnoreHit, IgnoreStatus } from '../model/change.ts';
import type { IgnoreRule } from '../model/desired.ts';
import { type FieldPath, valueAt, withValueAt } from '../model/field-path.ts';
import { coversField, type FieldPattern, parseFieldPattern } from '../model/field-pattern.ts';
import type { JsonObject } from '../model/json.ts';
import { isWithin } from './cause.ts';
import type { FieldPair } from './fields.ts';

interface CountedRule {
  readonly rule: IgnoreRule;
  /** `null` where the rule is a query. */
  readonly pattern: FieldPattern | null;
  hits: number;
}

export class IgnoreRules {
  readonly #today: string;
  readonly #rules: readonly CountedRule[];
  readonly #valid: ReadonlyMap<Address, readonly CountedRule[]>;
  readonly #compared = new Set<Address>();

  /** `today` is `YYYY-MM-DD`; a rule holds up to and including its `until`. */
  constructor(rules: readonly IgnoreRule[], today: string) {
    this.#today = today;
    this.#rules = rules.map((rule) => ({ rule, pattern: parseFieldPattern(rule.field_path), hits: 0 }));
    const valid = this.#rules.filter(({ rule }) => !this.#isExpired(rule));
    this.#valid = Map.groupBy(valid, ({ rule }) => rule.address);
  }

  /** Of what differs on a resource whose two sides these are: what is to be ignored. Counts the hits. */
  ignored(address: Address, pairs: readonly FieldPair[], sides: readonly JsonObject[]): readonly FieldPath[] {
    this.#compared.add(address);
    const rules = this.#valid.get(address) ?? [];
    if (pairs.length === 0 || rules.length === 0) return [];
    const selections = new Map(rules.map((counted) => [counted, selectedBy(counted.rule, sides)] as const));
    return pairs.flatMap(({ path, names }) => {
      const covering = [...selections].filter(([{ pattern }, selected]) =>
        pattern === null ? selected.some((each) => isWithin(path, each)) : coversField(pattern, names),
      );
      for (const [counted] of covering) counted.hits += 1;
      return covering.length > 0 ? [path] : [];
    });
  }

  /** `isWhole` says that everything was looked at: a rule that hit nothing then hides nothing of what was compared. */
  hits(isWhole: boolean): readonly IgnoreHit[] {
    return this.#rules.map((counted) => {
      const { address, field_path, reason, until, source } = counted.rule;
      return { address, field_path, reason, until, hits: counted.hits, status: this.#status(counted, isWhole), source };
    });
  }

  #status({ rule, hits }: CountedRule, isWhole: boolean): IgnoreStatus {
    if (this.#isExpired(rule)) return 'expired';
    if (hits > 0) return 'hit';
    return isWhole && this.#compared.has(rule.address) ? 'never_hit' : 'unknown';
  }

  #isExpired({ until }: IgnoreRule): boolean {
    return until !== null && until < this.#today;
  }
}

function selectedBy({ select }: IgnoreRule, sides: readonly JsonObject[]): readonly FieldPath[] {
  return select === undefined ? [] : sides.flatMap((side) => select(side));
}

/** `desired` with what `observed` has at the given paths: an ignored field is left as it is when others change. */
export function keepObserved(desired: JsonObject, observed: JsonObject, paths: readonly FieldPath[]): JsonObject {
  return paths.reduce((config, path) => withValueAt(config, path, valueAt(observed, path)), desired);
}
