/**
 * Findings as a SARIF 2.1.0 log: one run, whatever the number of environments, because GitHub takes one run of a tool and
 * category; of its results the 5,000 most severe, which is what GitHub shows, and a notification that counts the others.
 */
import type { JsonObject } from '../../../model/json.ts';
import { plural } from '../../words.ts';
import type { FindingsReport } from '../findings.ts';
import { bySeverity, severityCounts } from '../severity-order.ts';
import { environmentResults, remarkResults } from './sarif-results.ts';
import { sarifRule } from './sarif-rules.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

const MOST_RESULTS = 5000;

export function sarifDocument({ kind, environments, mistakes }: FindingsReport, version: string): JsonObject {
  const ranked = [
    ...remarkResults(mistakes, { within: '', file: null }),
    ...environments.flatMap((environment) => environmentResults(environment, kind)),
  ].toSorted((left, right) => bySeverity(left.severity, right.severity));
  const results = ranked.slice(0, MOST_RESULTS);
  const cut = ranked.slice(MOST_RESULTS);
  const ids = [...new Set(results.map(({ rule }) => rule))].toSorted();
  const indexes = new Map(ids.map((id, index) => [id, index]));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'trueup', version, rules: ids.map(sarifRule) } },
        automationDetails: { id: `trueup/${kind}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the repo' } } },
        invocations: [
          {
            executionSuccessful: mistakes.length === 0 && environments.every(({ isWhole }) => isWhole),
            ...(cut.length > 0
              ? { toolExecutionNotifications: [cutNotification(cut.map(({ severity }) => severity))] }
              : {}),
          },
        ],
        results: results.map(({ rule, json }) => ({ ...json, ruleIndex: indexes.get(rule) ?? -1 })),
      },
    ],
  };
}

function cutNotification(severities: Parameters<typeof severityCounts>[0]): JsonObject {
  const text = `${plural(severities.length, 'more result')} left out: ${severityCounts(severities)}`;
  return { level: 'warning', message: { text } };
}
