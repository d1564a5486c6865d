/**
 * Waivers: differences that somebody answers for. Of several that are about one difference the widest takes it. One that has expired
 * holds no more, and one that hits nothing is told, but where what it is about could not be looked at or is not compared in this
 * mode. What the manifests of a side leave to others, as drift ignores it, counts as waived, and is never told as idle. Pure but for its counts.
 */
import type { Address } from '../../model/address.ts';
import { coversField, type FieldPattern } from '../../model/field-pattern.ts';
import type {
  ComparisonMode,
  ParityMetadata,
  ParitySide,
  ParityWaiver,
  WaiverNote,
  WaiverState,
} from '../../model/parity.ts';
import { type FindIgnored, ignoredFields } from './ignored-fields.ts';
import { parseRulePattern } from './rules.ts';

export interface WaiverScope {
  readonly source: ParitySide;
  readonly target: ParitySide;
  readonly mode: ComparisonMode;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Of what nobody could look at. */
  readonly unknown: ReadonlySet<Address>;
}

export class Waivers {
  readonly #holding: readonly Waiver[];
  readonly #widestFirst: readonly Waiver[];
  readonly #expired: readonly ParityWaiver[];
  readonly #scope: WaiverScope;
  readonly #findIgnored: FindIgnored;
  readonly #hit = new Set<ParityWaiver>();
  /** By the one that would have hit, the one that did before it. */
  readonly #covered = new Map<ParityWaiver, ParityWaiver>();
  #hits = 0;

  constructor(waivers: readonly ParityWaiver[], scope: WaiverScope) {
    const ofPair = waivers.filter((waiver) => isOfPair(waiver, scope));
    const isExpired = ({ until }: ParityWaiver): boolean => until !== null && until < scope.today;
    this.#scope = scope;
    this.#findIgnored = ignoredFields(scope);
    this.#expired = ofPair.filter(isExpired);
    this.#holding = ofPair
      .filter((waiver) => !isExpired(waiver))
      .map((waiver) => ({ waiver, fields: parseRulePattern(waiver.field_path ?? '$') }));
    this.#widestFirst = this.#holding.toSorted(widestFirst);
  }

  /** What waives a difference; no names for that one side lacks the resource. Each difference is asked for once. */
  take(addresses: readonly Address[], names: readonly string[]): WaiverNote | null {
    const [taker, ...others] = this.#widestFirst.filter(
      ({ waiver, fields }) => addresses.includes(waiver.address) && fields !== null && isOver(fields, names),
    );
    if (taker === undefined) {
      const ignored = this.#findIgnored(addresses, names);
      if (ignored !== null) this.#hits += 1;
      return ignored;
    }
    this.#hit.add(taker.waiver);
    for (const { waiver } of others) this.#covered.set(waiver, taker.waiver);
    this.#hits += 1;
    return noteOf(taker.waiver);
  }

  /** What waives all of a resource, whatever differs. */
  ofResource(addresses: readonly Address[]): WaiverNote | null {
    const found = this.#holding.find(
      ({ waiver, fields }) => addresses.includes(waiver.address) && fields?.length === 0,
    );
    return found === undefined ? null : noteOf(found.waiver);
  }

  /** Once all was asked for. */
  summary(): ParityMetadata['waivers'] {
    const idle = this.#holding.filter(({ waiver }) => !this.#hit.has(waiver));
    return {
      hits: this.#hits,
      expired: this.#expired.map(stateOf),
      unused: idle
        .filter(({ waiver, fields }) => !this.#covered.has(waiver) && this.#isAsked(waiver, fields))
        .map(({ waiver }) => stateOf(waiver)),
      covered: idle.flatMap(({ waiver }) => {
        const by = this.#covered.get(waiver);
        return by === undefined ? [] : [{ ...stateOf(waiver), by: by.source }];
      }),
    };
  }

  #isAsked({ address }: ParityWaiver, fields: FieldPattern | null): boolean {
    const isOfRuntime = fields?.[0] === 'effective' || fields?.[0] === 'status';
    return !this.#scope.unknown.has(address) && (this.#scope.mode === 'runtime' || !isOfRuntime);
  }
}

interface Waiver {
  readonly waiver: ParityWaiver;
  /** No names for the resource as a whole; `null` where the pattern is none: it hits nothing. */
  readonly fields: FieldPattern | null;
}

/** The resource as a whole is the widest; any name is wider than one. */
function widestFirst({ fields: left }: Waiver, { fields: right }: Waiver): number {
  const exact = (fields: FieldPattern | null): number => (fields ?? []).filter((name) => name !== null).length;
  return (left ?? []).length - (right ?? []).length || exact(left) - exact(right);
}

function isOver(fields: FieldPattern, names: readonly string[]): boolean {
  return fields.length === 0 || (names.length > 0 && coversField(fields, names));
}

function isOfPair({ between }: ParityWaiver, { source, target }: WaiverScope): boolean {
  if (between === null) return true;
  const [one, other] = between;
  const isNamed = (side: ParitySide, name: string): boolean => side.environment === name || side.label === name;
  return (isNamed(source, one) && isNamed(target, other)) || (isNamed(source, other) && isNamed(target, one));
}

function noteOf({ reason, owner, until }: ParityWaiver): WaiverNote {
  return { reason, owner, until };
}

function stateOf(waiver: ParityWaiver): WaiverState {
  const { address, field_path, source } = waiver;
  return { address, field_path, ...noteOf(waiver), at: source };
}
