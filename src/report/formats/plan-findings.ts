/** A plan as findings: each change with why, what differs, and what else goes down with it; the most severe first. */
import type { Change, ChangeAction, Severity, ToldChange } from '../../model/change.ts';
import type { Plan, ToldPlan } from '../../model/plan.ts';
import { ACTION_WORDS, futureText, reasonText, tellsCause } from '../change-words.ts';
import { createdFields } from '../created-fields.ts';
import { countActions } from '../plan-document.ts';
import { planSummary } from '../plan-summary.ts';
import { formatLastSource, type LastSource } from '../../model/source.ts';
import { safeText, shorten } from '../safe-text.ts';
import { listed, revisionText } from '../words.ts';
import { causeWords, fieldFindings, LONGEST_NAME, LONGEST_SENTENCE, stepSeverity } from './field-findings.ts';
import type { EnvironmentFindings, Finding } from './findings.ts';
import { planRemarks } from './remarks.ts';
import { bySeverity, mostSevere } from './severity-order.ts';

const MOST_NAMES = 8;

/** What a change is at least, whatever differs; also the order among equals: what takes away comes first. */
const LEAST_SEVERITY: Readonly<Record<ChangeAction, Severity>> = {
  delete: 'warning',
  replace: 'warning',
  restart: 'info',
  update: 'info',
  move: 'info',
  create: 'info',
};

export function planFindings(plan: Plan): EnvironmentFindings {
  const actions = Object.keys(LEAST_SEVERITY);
  const changes = plan.changes.toSorted(
    (left, right) =>
      bySeverity(severityOf(left), severityOf(right)) || actions.indexOf(left.action) - actions.indexOf(right.action),
  );
  return {
    environment: shorten(safeText(plan.environment), LONGEST_NAME),
    revision: againstText(plan),
    summary: shorten(planSummary(plan), LONGEST_SENTENCE),
    counts: countsOf(plan),
    restarts: [...new Set(plan.changes.flatMap((change) => change.impact.restarts))].map(nameText),
    findings: changes.map((change) => findingOf(change, plan)),
    remarks: planRemarks(plan),
    unchanged: plan.unchanged,
    isWhole: plan.applyable && plan.complete,
    file: plan.inputs.manifest ?? null,
  };
}

export function countsOf({ changes }: Pick<ToldPlan, 'changes'>): EnvironmentFindings['counts'] {
  const { create, update, restart, replace, move, delete: removed } = countActions(changes);
  return [
    [create, 'to create'],
    [replace, 'to replace'],
    [restart, 'to restart'],
    [update, 'to change in place'],
    [move, 'to move'],
    [removed, 'to remove'],
  ];
}

function findingOf(change: Change, { inputs }: Plan): Finding {
  const cause = tellsCause(change) ? causeWords(change.cause) : '';
  const reason = reasonText(change, inputs.against !== undefined);
  const why = cause === '' ? reason : `${reason}, ${cause}`;
  const isCreated = change.action === 'create' && change.after !== null;
  return {
    rule: `change/${change.reason}`,
    address: nameText(change.address),
    name: nameText(change.name),
    sign: ACTION_WORDS[change.action].sign,
    what: futureText(change),
    why: shorten(why, LONGEST_SENTENCE),
    severity: severityOf(change),
    source: change.source,
    fields: isCreated ? [] : fieldFindings(change.differences, 'as a step'),
    sets: isCreated ? createdFields(change.type, change.after ?? {}) : [],
    consequences: [...consequencesOf(change), ...lastPlace(change.last_source)],
    losesData: change.impact.data_loss,
    ...(change.last_source === undefined ? {} : { lastSource: change.last_source }),
  };
}

export function severityOf({ action, reason, cause, differences, impact }: ToldChange): Severity {
  if (impact.data_loss) return 'critical';
  const cannot = differences.some(({ effect }) => effect === 'unsupported');
  const isGone = reason === 'missing' && cause !== 'git';
  const severities = action === 'create' ? [] : differences.map(stepSeverity);
  return mostSevere([...severities, ...(cannot || isGone ? (['error'] as const) : [])], LEAST_SEVERITY[action]);
}

export function consequencesOf({ address, action, impact }: ToldChange): readonly string[] {
  // Of every other action it goes without saying.
  const isUpdated = action === 'update';
  const along = impact.goes_along ?? [];
  const others = impact.restarts.filter((restarted) => restarted !== address).map(nameText);
  return [
    ...(impact.data_loss ? ['its data will be lost'] : []),
    ...(along.length > 0 ? [`lost with it: ${listed(along.map(safeText), MOST_NAMES)}`] : []),
    ...(isUpdated && impact.restarts.includes(address) ? ['restarts'] : []),
    ...(others.length > 0 ? [`also restarts ${listed(others, MOST_NAMES)}`] : []),
    ...(impact.reconnects.length > 0 ? [`also reconnects ${listed(impact.reconnects.map(nameText), MOST_NAMES)}`] : []),
    ...(impact.connections_dropped ? ['drops connections'] : []),
    // What goes for good is not awaited.
    ...(impact.downtime && action !== 'delete' ? ['is down meanwhile'] : []),
  ];
}

/** Of what is declared no more: where it was. */
export function lastPlace(source: LastSource | undefined): readonly string[] {
  return source === undefined ? [] : [`was ${shorten(safeText(formatLastSource(source)), LONGEST_SENTENCE)}`];
}

/** `1a2b3c4`, or `1a2b3c4 against 5d6e7f8` where what another revision declares is taken to be there. */
function againstText({ revision, inputs: { against } }: Plan): string {
  return against === undefined ? revisionText(revision) : `${revisionText(revision)} against ${revisionText(against)}`;
}

function nameText(name: string): string {
  return shorten(safeText(name), LONGEST_NAME);
}
