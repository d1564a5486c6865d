/** What a plan says beside its changes: what stands in its way, what it leaves out, what nobody looked at. */
import type { IgnoreHit, Withheld } from '../../model/change.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { NotCompared, ToldPlan } from '../../model/plan.ts';
import { formatLastSource } from '../../model/source.ts';
import { fieldText } from '../field-text.ts';
import { notComparedWords } from '../not-compared-words.ts';
import { otherwiseText } from '../otherwise-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { plural } from '../words.ts';
import { fieldFindings, LONGEST_SENTENCE } from './field-findings.ts';
import type { Remark } from './findings.ts';

/** What a document of drift tells, too. */
type DriftTold = Pick<ToldPlan, 'inputs' | 'diagnostics' | 'frozen' | 'ignored' | 'not_compared' | 'drift_ignored'>;

/** Of a plan all of them. */
export function planRemarks(plan: ToldPlan): readonly Remark[] {
  const isLeft = plan.drift_ignored.filter((address) => plan.changes.every((change) => change.address !== address));
  return [
    ...engineRemarks(plan),
    ...plan.diagnostics.map(diagnosticRemark),
    ...plan.conflicts.map(({ address, engine, summary, source }) =>
      remark('conflict', 'error', `${address} on ${engine}: ${summary}`, source),
    ),
    ...plan.withheld.map(withheldRemark),
    ...leftAlone(plan, isLeft),
    ...(plan.declared_otherwise ?? []).map(({ source, ...item }) =>
      remark('declared_otherwise', 'told', `also declared otherwise, without a step: ${otherwiseText(item)}`, source),
    ),
  ];
}

function withheldRemark({ reason, summary, differences = [], source, last_source: last }: Withheld): Remark {
  const text = last === undefined ? summary : `${summary} (was ${formatLastSource(last)})`;
  return {
    ...remark(`withheld/${reason}`, 'warning', text, source ?? null),
    ...(differences.length === 0 ? {} : { fields: fieldFindings(differences, 'as a step') }),
    ...(last === undefined ? {} : { lastSource: last }),
  };
}

/** Those that drift has as well. */
export function driftRemarks(plan: DriftTold): readonly Remark[] {
  return [...engineRemarks(plan), ...plan.diagnostics.map(diagnosticRemark), ...leftAlone(plan, plan.drift_ignored)];
}

export function diagnosticRemark({ code, severity, summary, detail, source }: Diagnostic): Remark {
  return remark(`diagnostic/${code}`, severity, detail === null ? summary : `${summary}; ${detail}`, source);
}

function leftAlone(plan: DriftTold, ignoredDrift: ToldPlan['drift_ignored']): readonly Remark[] {
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
    ...plan.ignored.flatMap(idleRule),
    ...notCompared(plan.not_compared ?? []),
    ...(plan.inputs.unpinned ?? []).map((what) => remark('not_pinned', 'told', `not decided by the revision: ${what}`)),
    ...ignoredDrift.map((address) => remark('ignored', 'told', `${address} drifted: its drift policy is ignore`)),
  ];
}

/** A rule that is of no use (any more), at its line. */
function idleRule({ address, field_path, reason, until, status, source }: IgnoreHit): readonly Remark[] {
  if (status !== 'expired' && status !== 'never_hit') return [];
  const what = status === 'expired' ? `expired on ${until ?? ''}` : 'hit nothing';
  const text = `the ignore rule of ${address} ${fieldText(field_path)} ${what} (${reason})`;
  return [remark(`ignore_rule/${status}`, 'warning', text, source)];
}

function notCompared(fields: readonly NotCompared[]): readonly Remark[] {
  return fields.length === 0 ? [] : [remark('not_compared', 'info', `not compared: ${notComparedWords(fields)}`)];
}

function engineRemarks(plan: Pick<ToldPlan, 'inputs'>): readonly Remark[] {
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
