/**
 * Services that are one although they have different names. Each round pairs those who are, on both sides, the best for each
 * other and for no second one; what a round finds tells the next more of their neighbours. Pure, and the same both ways.
 */
import { compareText } from '../../model/json.ts';
import type { ParityResource } from '../../model/parity.ts';
import { type CommonName, type KnownTraits, withKnownNeighbours } from './known-neighbours.ts';
import { likeness, type Likeness } from './likeness.ts';
import { type ServiceTraits, traitsOf } from './service-traits.ts';

/** Who can be told from others by the neighbours of neighbours of neighbours alone is left for people to settle. */
const ROUNDS = 3;

export interface RenamedInput {
  /** Services that nobody has paired. */
  readonly source: readonly ParityResource[];
  readonly target: readonly ParityResource[];
  /** By key in the source the key in the target, of all that are paired already. */
  readonly known: ReadonlyMap<string, string>;
  /** All services of both sides. */
  readonly all: { readonly source: readonly ParityResource[]; readonly target: readonly ParityResource[] };
}

export interface RenamedService extends Likeness {
  /** Keys. */
  readonly source: string;
  readonly target: string;
}

/** By the key in the source. */
export function renamedServices({ source, target, known, all }: RenamedInput): readonly RenamedService[] {
  if (source.length === 0 || target.length === 0) return [];
  const traits = { source: traitsOf(source, all.source), target: traitsOf(target, all.target) };
  const renamed: RenamedService[] = [];
  let left: Traits = traits;
  for (let count = 0; count < ROUNDS; count += 1) {
    const found = round(withNeighbours(left, known, renamed));
    if (found.length === 0) break;
    renamed.push(...found);
    left = without(left, found);
  }
  return confirmed(renamed, known, traits).toSorted((one, other) => compareText(one.source, other.source));
}

interface Traits {
  readonly source: readonly ServiceTraits[];
  readonly target: readonly ServiceTraits[];
}

interface Known {
  readonly source: readonly KnownTraits[];
  readonly target: readonly KnownTraits[];
}

function round({ source, target }: Known): readonly RenamedService[] {
  const groups = Map.groupBy(target, ({ group }) => group);
  const best = { source: new Map<string, Best>(), target: new Map<string, Best>() };
  for (const one of source) {
    for (const other of groups.get(one.group) ?? []) {
      const like = likeness(one, other);
      if (like === null) continue;
      const pair = { source: one.key, target: other.key, ...like };
      keepBest(best.source, one.key, pair);
      keepBest(best.target, other.key, pair);
    }
  }
  return [...best.source.values()]
    .filter(({ pair, isAlone }) => isAlone && isBestOf(best.target.get(pair.target), pair))
    .map(({ pair }) => pair);
}

interface Best {
  readonly pair: RenamedService;
  /** Nothing else is as like. */
  readonly isAlone: boolean;
}

function keepBest(best: Map<string, Best>, key: string, pair: RenamedService): void {
  const held = best.get(key)?.pair.confidence ?? -1;
  if (pair.confidence > held) best.set(key, { pair, isAlone: true });
  else if (pair.confidence === held) best.set(key, { pair, isAlone: false });
}

function isBestOf(best: Best | undefined, pair: RenamedService): boolean {
  return best?.isAlone === true && best.pair.source === pair.source;
}

/** What is known in the end may speak for a pair, or against one that was found early. */
function confirmed(
  renamed: readonly RenamedService[],
  known: ReadonlyMap<string, string>,
  traits: Traits,
): readonly RenamedService[] {
  const { source, target } = withNeighbours(traits, known, renamed);
  const [ones, others] = [byKey(source), byKey(target)];
  const judged = renamed.flatMap((pair): readonly RenamedService[] => {
    const [one, other] = [ones.get(pair.source), others.get(pair.target)];
    const like = one === undefined || other === undefined ? null : likeness(one, other);
    return like === null ? [] : [{ ...pair, ...like }];
  });
  return judged.length === renamed.length ? judged : confirmed(judged, known, traits);
}

function byKey(traits: readonly KnownTraits[]): ReadonlyMap<string, KnownTraits> {
  return new Map(traits.map((each) => [each.key, each]));
}

/** Both sides call a neighbour by the key that it has in the target. */
function withNeighbours(
  { source, target }: Traits,
  known: ReadonlyMap<string, string>,
  renamed: readonly RenamedService[],
): Known {
  const names = new Map([...known, ...renamed.map((pair) => [pair.source, pair.target] as const)]);
  const there = new Set(names.values());
  const nameOfSource: CommonName = (key) => names.get(key) ?? null;
  const nameOfTarget: CommonName = (key) => (there.has(key) ? key : null);
  return {
    source: source.map((each) => withKnownNeighbours(each, nameOfSource)),
    target: target.map((each) => withKnownNeighbours(each, nameOfTarget)),
  };
}

function without({ source, target }: Traits, found: readonly RenamedService[]): Traits {
  const [gone, goneThere] = [new Set(found.map((pair) => pair.source)), new Set(found.map((pair) => pair.target))];
  return {
    source: source.filter(({ key }) => !gone.has(key)),
    target: target.filter(({ key }) => !goneThere.has(key)),
  };
}
