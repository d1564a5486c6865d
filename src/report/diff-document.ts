/** The public JSON of diff (schemas/diff.json): what two revisions declare otherwise. Equal revisions give equal bytes. */
import type {
  DeclaredDiff,
  DeclaredDifference,
  EnvironmentDifference,
  ResourceDifference,
} from '../model/declared-diff.ts';
import type { JsonObject } from '../model/json.ts';
import { diagnosticJson, revisionJson, sourceJson } from './json-parts.ts';
import { markSecrets } from './secret-marks.ts';

const DIFF_FORMAT_VERSION = '1.0';

export function diffDocument(diff: DeclaredDiff): JsonObject {
  return {
    format_version: DIFF_FORMAT_VERSION,
    before: revisionJson(diff.before),
    after: revisionJson(diff.after),
    summary: summaryJson(diff),
    environments: diff.environments.map(environmentJson),
    invalid: diff.invalid.map(({ side, environments, diagnostics }) => ({
      side,
      environments,
      diagnostics: diagnostics.map(diagnosticJson),
    })),
  };
}

/** How much of each kind there is. */
function summaryJson({ environments, unchanged }: DeclaredDiff): JsonObject {
  const resources = environments.flatMap((environment) => environment.resources);
  const differences = [...environments, ...resources].reduce((sum, item) => sum + item.differences.length, 0);
  return { environments: { ...kindsOf(environments), unchanged }, resources: { ...kindsOf(resources) }, differences };
}

function kindsOf(items: readonly Pick<ResourceDifference, 'kind'>[]): Record<ResourceDifference['kind'], number> {
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const { kind } of items) counts[kind] += 1;
  return counts;
}

function environmentJson(difference: EnvironmentDifference): JsonObject {
  const { environment, kind, before_source, after_source, differences, resources } = difference;
  return {
    environment,
    kind,
    before_source: sourceJson(before_source),
    after_source: sourceJson(after_source),
    differences: differences.map(differenceJson),
    resources: resources.map(resourceJson),
  };
}

function resourceJson(resource: ResourceDifference): JsonObject {
  const { address, previous_address, type, kind, before_source, after_source, differences } = resource;
  return {
    address,
    previous_address,
    type,
    kind,
    before_source: sourceJson(before_source),
    after_source: sourceJson(after_source),
    differences: differences.map(differenceJson),
  };
}

function differenceJson(difference: DeclaredDifference): JsonObject {
  const { field_path, effect, severity, before_source, after_source } = difference;
  const { before, after } = markSecrets(difference.before, difference.after);
  return {
    field_path,
    before,
    after,
    effect,
    severity,
    before_source: sourceJson(before_source),
    after_source: sourceJson(after_source),
  };
}
