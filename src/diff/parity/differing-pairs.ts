/** The fields on which two resources disagree, as the mode asks: what is declared, and in runtime what runs as well. Pure. */
import type { FieldPath } from '../../model/field-path.ts';
import { childPath, ROOT_PATH } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ComparisonMode, ParityResource } from '../../model/parity.ts';
import { differingFields, type FieldPair } from '../fields.ts';
import { overlay } from '../overlay.ts';

export interface DifferingPair {
  readonly path: FieldPath;
  readonly names: readonly string[];
  readonly source: Json;
  readonly target: Json;
  /** Which part of the two it is in; the names begin with it, but for what is configured. */
  readonly part: 'configured' | 'effective' | 'status';
}

export interface ComparedResource {
  readonly resource: ParityResource;
  /** What is compared of it, in the words of both. */
  readonly config: JsonObject;
}

export function differingPairs(
  source: ComparedResource,
  target: ComparedResource,
  mode: ComparisonMode,
): readonly DifferingPair[] {
  const configured = differingFields(source.config, target.config);
  const pairs = configured.map((pair) => pairOf(pair, 'configured'));
  if (mode !== 'runtime') return pairs;
  return [...pairs, ...effectivePairs(source, target, configured), ...statusPairs(source, target)];
}

/** What runs otherwise there than here, unless that is what is configured. */
function effectivePairs(
  source: ComparedResource,
  target: ComparedResource,
  configured: readonly FieldPair[],
): readonly DifferingPair[] {
  if (source.resource.effective === null && target.resource.effective === null) return [];
  const said = new Set(configured.map(({ path }) => path));
  const before = new Map(configured.map((pair) => [pair.path, pair]));
  return differingFields(runningOf(source), runningOf(target))
    .filter((pair) => {
      const same = said.has(pair.path) ? before.get(pair.path) : undefined;
      return same === undefined || same.desired !== pair.desired || same.observed !== pair.observed;
    })
    .map((pair) => pairOf(pair, 'effective'));
}

function runningOf({ resource, config }: ComparedResource): JsonObject {
  return resource.effective === null ? config : overlay(resource.effective, config);
}

/** Where one side was not looked at, there is nothing to hold the other against. */
function statusPairs(source: ComparedResource, target: ComparedResource): readonly DifferingPair[] {
  const [one, other] = [source.resource.status, target.resource.status];
  if (!isJsonObject(one) || !isJsonObject(other)) return [];
  return differingFields(one, other)
    .filter((pair) => !isUndecided(pair))
    .map((pair) => pairOf(pair, 'status'));
}

/** Whether all that differs is that one side has no verdict yet: it was started a moment ago. */
function isUndecided({ names, desired, observed }: FieldPair): boolean {
  const verdicts = [desired, observed];
  return names[0] === 'health' && verdicts.includes('starting') && !verdicts.includes('unhealthy');
}

function pairOf({ path, names, desired, observed }: FieldPair, part: DifferingPair['part']): DifferingPair {
  const values = { source: desired, target: observed, part };
  if (part === 'configured') return { path, names, ...values };
  return { path: `${childPath(ROOT_PATH, part)}${path.slice(ROOT_PATH.length)}`, names: [part, ...names], ...values };
}
