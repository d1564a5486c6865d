/** Two resources that are one, or one that the other side lacks, as a ServiceDiff: weighed, waived, the most severe first. Pure. */
import { type Address, keyOf } from '../../model/address.ts';
import { type FieldPath, ROOT_PATH } from '../../model/field-path.ts';
import { compareText, type Json, type JsonObject } from '../../model/json.ts';
import type {
  ComparisonMode,
  ParityDifference,
  ParityResource,
  ParitySide,
  ServiceDiff,
  ServiceDiffMetadata,
} from '../../model/parity.ts';
import type { SourceRange } from '../../model/source.ts';
import type { CommonWords } from './common-words.ts';
import { differingPairs, type DifferingPair } from './differing-pairs.ts';
import { isGuess } from './guessed-pair.ts';
import type { HeldSide } from './held-field.ts';
import type { HostWords } from './host-words.ts';
import type { MatchedResources } from './matched-resources.ts';
import { impactOf, isUnwaived, rankOf, unwaivedSeverities, worst } from './verdict.ts';
import type { Waivers } from './waivers.ts';
import { weigh, type WeighingInput } from './weighing.ts';

export interface ResourceDiffContext extends WeighingInput {
  readonly id: string;
  readonly mode: ComparisonMode;
  readonly source: SideContext;
  readonly target: SideContext;
  readonly words: CommonWords;
  readonly waivers: Waivers;
}

export interface SideContext {
  readonly side: ParitySide;
  readonly hosts: HostWords;
}

export function resourceDiff(matched: MatchedResources, context: ResourceDiffContext): ServiceDiff {
  const { source, target } = matched;
  if (source === null || target === null) return missingDiff(matched, context);
  const name = diffName(matched);
  const sides = {
    source: heldSide(source, context.words.ofSource(source), context.source),
    target: heldSide(target, context.words.ofTarget(target), context.target),
  };
  const pairs = differingPairs(
    { resource: source, config: sides.source.config },
    { resource: target, config: sides.target.config },
    context.mode,
  );
  const confidence = matched.renamed?.confidence ?? 1;
  const compared = { ...sides, name, confidence, resources: { source, target } };
  const guess = isGuess(confidence) ? [guessDifference(compared, context)] : [];
  const differences = [...guess, ...pairs.map((pair) => differenceOf(pair, compared, context))].toSorted(bySeverity);
  const waiver = differences.length === 0 ? null : context.waivers.ofResource(addressesOf(compared));
  const diff = {
    report_id: context.id,
    service_name: name,
    status: differences.length === 0 ? 'identical' : 'different',
    differences,
    metadata: {
      recommendation: differences.find(isUnwaived)?.metadata.recommendation ?? null,
      ...renamedTo(matched),
      source_at: source.locate(ROOT_PATH),
      target_at: target.locate(ROOT_PATH),
      ...(waiver === null ? {} : { waiver }),
    },
  } as const;
  return withImpact(diff);
}

/** The name in the source; only what is no service needs its type beside the key. */
function diffName({ source, target }: MatchedResources): string {
  const resource = source ?? target;
  if (resource === null) throw new Error('neither side has the resource');
  return resource.type === 'service' ? keyOf(resource.address) : resource.address;
}

function missingDiff(matched: MatchedResources, context: ResourceDiffContext): ServiceDiff {
  const { source, target, absent } = matched;
  const present = source ?? target;
  if (present === null) throw new Error('neither side has the resource');
  const rule = context.findRule(matched.type, {
    names: [],
    confidence: 1,
    source: {
      ...heldSide(source, source === null ? {} : context.words.ofSource(source), context.source),
      isAbsent: source === null && absent !== null,
    },
    target: {
      ...heldSide(target, target === null ? {} : context.words.ofTarget(target), context.target),
      isAbsent: target === null && absent !== null,
    },
  });
  const waiver = context.waivers.take([present.address, ...(absent === null ? [] : [absent])], []);
  const declaredAt = (side: SideContext): SourceRange | null =>
    absent === null ? null : (side.side.absent.get(absent) ?? null);
  return withImpact({
    report_id: context.id,
    service_name: diffName(matched),
    status: source === null ? 'missing_in_source' : 'missing_in_target',
    differences: [],
    metadata: {
      recommendation: rule.recommendation,
      severity: rule.severity,
      rule: rule.id,
      source_at: source === null ? declaredAt(context.source) : source.locate(ROOT_PATH),
      target_at: target === null ? declaredAt(context.target) : target.locate(ROOT_PATH),
      ...(waiver === null ? {} : { waiver }),
    },
  });
}

interface Compared {
  readonly name: string;
  readonly source: HeldSide;
  readonly target: HeldSide;
  readonly resources: { readonly source: ParityResource; readonly target: ParityResource };
  /** How sure it is that the two are one, 0 to 1. */
  readonly confidence: number;
}

function addressesOf({ resources: { source, target } }: Compared): readonly Address[] {
  return [source.address, target.address];
}

/** That the two are one is a difference of its own, as long as nobody has settled it: all else rests on it. */
function guessDifference(compared: Compared, context: ResourceDiffContext): ParityDifference {
  const { name, source, target, resources, confidence } = compared;
  const rule = context.findRule(resources.source.type, { names: [], confidence, source, target });
  return {
    service_diff_id: `${context.id}/${name}`,
    field_path: ROOT_PATH,
    source_value: keyOf(resources.source.address),
    target_value: keyOf(resources.target.address),
    type: 'value_mismatch',
    severity: rule.severity,
    metadata: {
      impact_description: rule.impact,
      auto_fixable: false,
      rule: rule.id,
      reason: rule.reason,
      recommendation: rule.recommendation,
      source_at: resources.source.locate(ROOT_PATH),
      target_at: resources.target.locate(ROOT_PATH),
      waiver: context.waivers.take(addressesOf(compared), []),
    },
  };
}

function differenceOf(pair: DifferingPair, compared: Compared, context: ResourceDiffContext): ParityDifference {
  const { name, source, target, resources, confidence } = compared;
  const { path, names } = pair;
  const held = {
    names,
    confidence,
    source: { ...source, value: pair.source },
    target: { ...target, value: pair.target },
  };
  const weighed = weigh(pair, held, context);
  const inTarget =
    pair.part === 'configured'
      ? context.words.inTarget(resources.target, names, pair.target)
      : { path, value: pair.target };
  const inSource = pair.part === 'configured' ? context.words.inSource(resources.source, names) : pair.source;
  return {
    service_diff_id: `${context.id}/${name}`,
    field_path: path,
    source_value: inSource,
    target_value: inTarget.value,
    type: weighed.type,
    severity: weighed.severity,
    metadata: {
      impact_description: weighed.impact,
      auto_fixable: weighed.isFixable,
      rule: weighed.rule,
      reason: weighed.reason,
      recommendation: weighed.recommendation,
      source_at: writtenAt(resources.source, path, inTarget.value),
      target_at: writtenAt(resources.target, inTarget.path, pair.source),
      waiver: context.waivers.take(addressesOf(compared), names),
    },
  };
}

/** What one reads there is what makes the two differ. */
function writtenAt(resource: ParityResource, path: FieldPath, other: Json): SourceRange | null {
  return resource.locateOther?.(path, other) ?? resource.locate(path);
}

function heldSide(resource: ParityResource | null, config: JsonObject, { side, hosts }: SideContext): HeldSide {
  const { type, project } = side;
  return { value: resource === null ? null : config, resource, config, type, project, hosts, isAbsent: false };
}

function renamedTo({ target, renamed }: MatchedResources): Partial<ServiceDiffMetadata> {
  if (target === null || renamed === null) return {};
  const { confidence, evidence } = renamed;
  return { paired_with: target.type === 'service' ? keyOf(target.address) : target.address, confidence, evidence };
}

function withImpact(diff: Omit<ServiceDiff, 'impact_level'>): ServiceDiff {
  const { report_id, service_name, status, differences, metadata } = diff;
  const impact_level = impactOf(worst(unwaivedSeverities(diff)));
  return { report_id, service_name, status, differences, impact_level, metadata };
}

function bySeverity(left: ParityDifference, right: ParityDifference): number {
  return rankOf(right.severity) - rankOf(left.severity) || compareText(left.field_path, right.field_path);
}
