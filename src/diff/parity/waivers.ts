/**
 * Waivers: differences that somebody answers for. One that has expired holds no more, and one that hits nothing is told, but where
 * what it is about could not be looked at or is not compared in this mode. Pure but for its counts.
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
  readonly #expired: readonly ParityWaiver[];
  readonly #scope: WaiverScope;
  readonly #hit = new Set<ParityWaiver>();
  #hits = 0;

  constructor(waivers: readonly ParityWaiver[], scope: WaiverScope) {
    const ofPair = waivers.filter((waiver) => isOfPair(waiver, scope));
    const isExpired = ({ until }: ParityWaiver): boolean => until !== null && until < scope.today;
    this.#scope = scope;
    this.#expired = ofPair.filter(isExpired);
    this.#holding = ofPair
      .filter((waiver) => !isExpired(waiver))
      .map((waiver) => ({ waiver, fields: parseRulePattern(waiver.field_path ?? '$') }));
  }

  /** What waives a resource as a whole; counted once. Ask only where there is something to waive. */
  ofResource(addresses: readonly Address[]): WaiverNote | null {
    return this.#take(this.#about(addresses).find(({ fields }) => fields?.length === 0));
  }

  ofField(addresses: readonly Address[], names: readonly string[]): WaiverNote | null {
    return this.#take(
      this.#about(addresses).find(({ fields }) => fields !== null && fields.length > 0 && coversField(fields, names)),
    );
  }

  /** Once all was asked for. */
  summary(): ParityMetadata['waivers'] {
    const unused = this.#holding.filter(
      ({ waiver, fields }) => !this.#hit.has(waiver) && this.#isAsked(waiver, fields),
    );
    return {
      hits: this.#hits,
      expired: this.#expired.map(stateOf),
      unused: unused.map(({ waiver }) => stateOf(waiver)),
    };
  }

  #about(addresses: readonly Address[]): readonly Waiver[] {
    return this.#holding.length === 0 ? [] : this.#holding.filter(({ waiver }) => addresses.includes(waiver.address));
  }

  #take(found: Waiver | undefined): WaiverNote | null {
    if (found === undefined) return null;
    this.#hit.add(found.waiver);
    this.#hits += 1;
    return noteOf(found.waiver);
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
