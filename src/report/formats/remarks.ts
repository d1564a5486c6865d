/** What a plan says beside its changes: what stands in its way, what it leaves out, what nobody looked at. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import { fieldText } from '../field-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { plural } from '../words.ts';
import { LONGEST_SENTENCE } from './field-findings.ts';
import type { Remark } from './findings.ts';

/** Of a plan all of them. */
export function planRemarks(plan: Plan): readonly Remark[] {
  const isLeft = plan.drift_ignored.filter((address) => plan.changes.every((change) => change.address !== address));
  return [
    ...engineRemarks(plan),
    ...plan.diagnostics.map(diagnosticRemark),
    ...plan.conflicts.map(({ address, engine, summary, source }) =>
      remark('conflict', 'error', `${address} on ${engine}: ${summary}`, source),
    ),
    ...plan.withheld.map(({ reason, summary }) => remark(`withheld/${reason}`, 'warning', summary)),
    ...leftAlone(plan, isLeft),
  ];
}

/** Those that drift has as well. */
export function driftRemarks(plan: Plan): readonly Remark[] {
  return [...engineRemarks(plan), ...plan.diagnostics.map(diagnosticRemark), ...leftAlone(plan, plan.drift_ignored)];
}

export function diagnosticRemark({ code, severity, summary, detail, source }: Diagnostic): Remark {
  return remark(`diagnostic/${code}`, severity, detail === null ? summary : `${summary}; ${detail}`, source);
}

function leftAlone(plan: Plan, ignoredDrift: Plan['drift_ignored']): readonly Remark[] {
  return [
    // The moment as it is recorded: two readers in two time zones get the same bytes.
    ...plan.frozen.map(({ address, until, by, reason }) =>
      remark('frozen', 'told', `${address} is frozen until ${until}, by ${by}: ${reason}`),
    ),
    ...plan.ignored
      .filter(({ hits }) => hits > 0)
      .map(({ address, field_path, reason, hits }) =>
        remark(
          'ignored',
          'told',
          `${address} ${fieldText(field_path)}: ${plural(hits, 'difference')} ignored (${reason})`,
        ),
      ),
    ...(plan.inputs.unpinned ?? []).map((what) => remark('not_pinned', 'told', `not decided by the revision: ${what}`)),
    ...ignoredDrift.map((address) => remark('ignored', 'told', `${address} drifted: its drift policy is ignore`)),
  ];
}

function engineRemarks(plan: Plan): readonly Remark[] {
  return plan.inputs.engines
    .filter(({ status }) => status === 'unreachable')
    .map(({ name, error }) => {
      const why = error === null ? '' : `: ${error}`;
      return remark('engine_unreachable', 'error', `${name} does not answer, and nothing on it was compared${why}`);
    });
}

function remark(rule: string, level: Remark['level'], text: string, source: Remark['source'] = null): Remark {
  return { rule, level, text: shorten(safeText(text), LONGEST_SENTENCE), source };
}
