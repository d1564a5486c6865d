/** Documents of parity as reports of which there are pages. They hold the words of the model itself, but for marks of secrets. Pure. */
import type { ParityDifference, ServiceDiff } from '../../model/parity.ts';
import { unmarkSecrets } from '../secret-marks.ts';
import type { HistoryReport, ParityReport } from './report.ts';
import type { ParityHistoryJson, ParityJson } from './report-json.ts';

/** No document of a parity says how it went on: who has another one that does puts it in. */
export function parityReport({ service_diffs: services, metadata, ...rest }: ParityJson): ParityReport {
  const { fix = null, resource_diffs: resources, ...about } = metadata;
  return {
    kind: 'parity',
    envelope: {
      id: rest.id,
      created_at: rest.timestamp,
      trueup_version: about.comparison_tool.replace(/^trueup /, ''),
      duration_ms: about.duration_ms ?? 0,
      engines: [],
    },
    parity: {
      ...rest,
      service_diffs: services.map(diffOf),
      metadata: { ...about, resource_diffs: resources.map(diffOf) },
    },
    fixing: fix,
    history: null,
  };
}

export function parityHistoryReport({ history: entries, ...history }: ParityHistoryJson): HistoryReport {
  const { source, target, comparison_mode } = history;
  return {
    kind: 'parity history',
    history: {
      ...history,
      entries: entries.map(({ report_id: id, ...entry }) => ({ ...entry, id, source, target, comparison_mode })),
    },
  };
}

function diffOf(diff: ServiceDiff): ServiceDiff {
  return { ...diff, differences: diff.differences.map(differenceOf) };
}

function differenceOf(difference: ParityDifference): ParityDifference {
  const { before, after } = unmarkSecrets({ before: difference.source_value, after: difference.target_value });
  return { ...difference, source_value: before, target_value: after };
}
