/**
 * The public JSON of parity (schemas/parity.json): the report itself, with both sides of each secret marked together. Fields are
 * picked by name, so nothing slips through. There is no envelope around it: whatever else is known stands in `metadata`.
 */
import type { JsonObject } from '../model/json.ts';
import type {
  ConfigurationDiffReport,
  ParityBefore,
  ParityDifference,
  ParityMetadata,
  ServiceDiff,
  ServiceDiffMetadata,
  UnknownPart,
  WaiverNote,
  WaiverState,
} from '../model/parity.ts';
import { writingJson } from './drift-writing-document.ts';
import { revisionJson, sourceJson } from './json-parts.ts';
import { revisionsJson, severitiesJson, summaryJson } from './parity-parts.ts';
import { markSecrets } from './secret-marks.ts';

export function parityDocument(report: ConfigurationDiffReport): JsonObject {
  const { id, timestamp, source_environment, target_environment, overall_status, service_diffs, summary } = report;
  return {
    id,
    timestamp,
    source_environment,
    target_environment,
    overall_status,
    service_diffs: service_diffs.map(serviceDiffJson),
    summary: summaryJson(summary),
    metadata: metadataJson(report.metadata),
  };
}

function metadataJson(metadata: ParityMetadata): JsonObject {
  const {
    before,
    duration_ms: duration,
    fix,
    labels,
    revisions,
    engines,
    severities,
    resource_summary: resources,
    waivers,
  } = metadata;
  return {
    comparison_tool: metadata.comparison_tool,
    comparison_mode: metadata.comparison_mode,
    format_version: metadata.format_version,
    ...(labels === undefined ? {} : { labels: { source: labels.source, target: labels.target } }),
    revisions: revisionsJson(revisions),
    engines: { source: engines.source.map(engineJson), target: engines.target.map(engineJson) },
    ...(duration === undefined ? {} : { duration_ms: Math.round(duration) }),
    score: metadata.score,
    severities: severitiesJson(severities),
    resource_diffs: metadata.resource_diffs.map(serviceDiffJson),
    resource_summary: {
      total: resources.total,
      identical: resources.identical,
      with_differences: resources.with_differences,
      missing_in_source: resources.missing_in_source,
      missing_in_target: resources.missing_in_target,
    },
    waivers: {
      hits: waivers.hits,
      expired: waivers.expired.map(waiverStateJson),
      unused: waivers.unused.map(waiverStateJson),
      covered: waivers.covered.map(({ by, ...waiver }) => ({ ...waiverStateJson(waiver), by: sourceJson(by) })),
    },
    unknown: metadata.unknown.map(unknownJson),
    ...(before === undefined ? {} : { before: beforeJson(before) }),
    ...(fix === undefined ? {} : { fix: { side: fix.side, ...writingJson(fix.writing, fix.is_written) } }),
  };
}

function beforeJson({ revision, score, overall_status, gone, added }: ParityBefore): JsonObject {
  return { revision: revisionJson(revision), score, overall_status, gone, added };
}

function engineJson({ name, driver, version }: ParityMetadata['engines']['source'][number]): JsonObject {
  return { name, driver, version };
}

function unknownJson({ side, engine, reason, addresses }: UnknownPart): JsonObject {
  return { side, engine, reason, addresses };
}

function serviceDiffJson({
  report_id,
  service_name,
  status,
  differences,
  impact_level,
  metadata,
}: ServiceDiff): JsonObject {
  return {
    report_id,
    service_name,
    status,
    differences: differences.map(differenceJson),
    impact_level,
    metadata: serviceMetadataJson(metadata),
  };
}

function serviceMetadataJson(metadata: ServiceDiffMetadata): JsonObject {
  const { recommendation, severity, rule, paired_with: paired, confidence, evidence, waiver } = metadata;
  return {
    recommendation,
    ...(severity === undefined ? {} : { severity }),
    ...(rule === undefined ? {} : { rule }),
    ...(paired === undefined ? {} : { paired_with: paired }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(evidence === undefined ? {} : { evidence }),
    source_at: sourceJson(metadata.source_at),
    target_at: sourceJson(metadata.target_at),
    ...(waiver === undefined ? {} : { waiver: waiverJson(waiver) }),
  };
}

function differenceJson(difference: ParityDifference): JsonObject {
  const { service_diff_id, field_path, type, severity, metadata } = difference;
  const { before, after } = markSecrets(difference.source_value, difference.target_value);
  return {
    service_diff_id,
    field_path,
    source_value: before,
    target_value: after,
    type,
    severity,
    metadata: {
      impact_description: metadata.impact_description,
      auto_fixable: metadata.auto_fixable,
      rule: metadata.rule,
      reason: metadata.reason,
      recommendation: metadata.recommendation,
      source_at: sourceJson(metadata.source_at),
      target_at: sourceJson(metadata.target_at),
      waiver: metadata.waiver === null ? null : waiverJson(metadata.waiver),
    },
  };
}

function waiverJson({ reason, owner, until }: WaiverNote): JsonObject {
  return { reason, owner, until };
}

function waiverStateJson({ address, field_path, at, ...note }: WaiverState): JsonObject {
  return { address, field_path, ...waiverJson(note), at: sourceJson(at) };
}
