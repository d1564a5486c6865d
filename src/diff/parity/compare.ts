/**
 * Parity: two sides held against each other, as the report that people and machines read. Pure: the same sides and settings give
 * the same bytes, whatever order their maps have. What nobody could look at is neither equal nor different: it is listed as
 * unknown, and with it the sides are never identical.
 */
import type { Address } from '../../model/address.ts';
import type { Severity } from '../../model/change.ts';
import { compareText } from '../../model/json.ts';
import {
  type ComparisonMode,
  type ConfigurationDiffReport,
  PARITY_FORMAT_VERSION,
  type ParitySettings,
  type ParitySide,
  type ServiceDiff,
  type UnknownPart,
} from '../../model/parity.ts';
import { commonWords } from './common-words.ts';
import { hostWords } from './host-words.ts';
import { matchResources, type UnseenResource } from './matched-resources.ts';
import { resourceDiff, type ResourceDiffContext } from './resource-diff.ts';
import { ruleFinder } from './rules.ts';
import {
  overallStatus,
  rankOf,
  resourcesSummary,
  scoreOf,
  servicesSummary,
  severityCounts,
  unwaivedSeverities,
  worst,
} from './verdict.ts';
import { Waivers } from './waivers.ts';

export interface ParityInput {
  readonly source: ParitySide;
  readonly target: ParitySide;
  readonly mode: ComparisonMode;
  readonly settings: ParitySettings;
  /** Of the report. */
  readonly id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** `trueup 0.1.0` */
  readonly tool: string;
}

export function compareParity(input: ParityInput): ConfigurationDiffReport {
  const { source, target, mode, settings, id } = input;
  const { matched, unseen, partners } = matchResources(source, target, settings.pairs);
  const unknown = unknownParts(input, unseen);
  const waivers = new Waivers(settings.waivers, {
    source,
    target,
    mode,
    today: input.today,
    unknown: new Set(unknown.flatMap(({ addresses }) => addresses)),
  });
  const names = new Map([...partners].map(([one, other]) => [other, one]));
  const context: ResourceDiffContext = {
    id,
    mode,
    source: { side: source, hosts: hostWords(source, (address) => address) },
    // What the target alone has is no service of the source, whatever its name.
    target: { side: target, hosts: hostWords(target, (address) => names.get(address) ?? `target/${address}`) },
    words: commonWords(partners, target.environment),
    waivers,
    findRule: ruleFinder(settings.rules),
    isSourceDeclared: source.origin === 'declared',
  };
  const diffsOf = (isService: boolean): readonly ServiceDiff[] =>
    matched
      .filter(({ type }) => (type === 'service') === isService)
      .map((pair) => resourceDiff(pair, context))
      .toSorted(bySeverity);
  const [services, resources] = [diffsOf(true), diffsOf(false)];
  const unseenServices = unseen.filter(({ type }) => type === 'service').length;
  return {
    id,
    timestamp: input.timestamp,
    source_environment: source.environment,
    target_environment: target.environment,
    overall_status: overallStatus(services, resources, unknown.length > 0),
    service_diffs: services,
    summary: servicesSummary(services, unseenServices),
    metadata: {
      comparison_tool: input.tool,
      comparison_mode: mode,
      format_version: PARITY_FORMAT_VERSION,
      revisions: { source: source.revision, target: target.revision },
      engines: { source: source.engines, target: target.engines },
      score: scoreOf({ services, unseen: unseenServices, isUnknown: unknown.length > 0 }),
      severities: severityCounts([...services, ...resources]),
      resource_diffs: resources,
      resource_summary: resourcesSummary(resources, unseen.length - unseenServices),
      waivers: waivers.summary(),
      unknown,
    },
  };
}

/** The worst that nobody has waived, of services and other resources; `null` where there is nothing. */
export function worstUnwaived({ service_diffs: services, metadata }: ConfigurationDiffReport): Severity | null {
  return worst([...services, ...metadata.resource_diffs].flatMap(unwaivedSeverities));
}

/** What one side is known to have and the other may have stands where it may be. */
function unknownParts({ source, target }: ParityInput, unseen: readonly UnseenResource[]): readonly UnknownPart[] {
  const elsewhere = Map.groupBy(unseen, ({ place }) => place);
  return [...source.unknown, ...target.unknown]
    .map((part) => {
      const others = (elsewhere.get(part) ?? []).flatMap((each): readonly Address[] => {
        const address = each.source ?? each.target;
        return address === null ? [] : [address];
      });
      return { ...part, addresses: [...new Set([...part.addresses, ...others])].toSorted(compareText) };
    })
    .toSorted(
      (left, right) =>
        compareText(left.side, right.side) ||
        compareText(left.engine ?? '', right.engine ?? '') ||
        compareText(left.reason, right.reason),
    );
}

function bySeverity(left: ServiceDiff, right: ServiceDiff): number {
  return (
    weightOf(right) - weightOf(left) ||
    compareText(left.service_name, right.service_name) ||
    compareText(left.status, right.status)
  );
}

function weightOf(diff: ServiceDiff): number {
  const severity = worst(unwaivedSeverities(diff));
  return severity === null ? -1 : rankOf(severity);
}
