/** The page of a plan: what would happen, the most severe first; why, to whom else, and at which line it is declared. */
import type { Change, ChangeAction } from '../../model/change.ts';
import type { DowntimeEstimate } from '../../model/estimate.ts';
import type { ToldPlan } from '../../model/plan.ts';
import { countsOf, severityOf } from '../formats/plan-findings.ts';
import { planRemarks } from '../formats/remarks.ts';
import { bySeverity } from '../formats/severity-order.ts';
import { changesPicture } from '../picture/changes-picture.ts';
import { planSummary } from '../plan-summary.ts';
import type { PlanReport } from '../reading/report.ts';
import { revisionText } from '../words.ts';
import { changeItem } from './change-item.ts';
import { type Filters, filtersOf } from './filters.ts';
import { graphSection } from './graph-section.ts';
import { el, type Html } from './html.ts';
import { ignoreRulesSection } from './ignore-rules-section.ts';
import { inputsSection } from './inputs-section.ts';
import { type PageParts, renderPage, type Section } from './page.ts';
import { remarksList } from './remarks-list.ts';
import { revisionFacts } from './revision-facts.ts';
import { SEVERITY_CHOICES } from './severity-choices.ts';

/** Where there are no more than these, they are unfolded. */
const MOST_OPEN = 5;
/** Also the order among equals: what takes away comes first. */
const ACTIONS: readonly ChangeAction[] = ['delete', 'replace', 'restart', 'update', 'move', 'create'];

export function planPage({ plan, envelope, estimates }: PlanReport): string {
  const changes = ranked(plan.changes);
  const filters = filtersOf('change', [
    { name: 'severity', legend: 'Severity', choices: SEVERITY_CHOICES, values: changes.map(severityOf) },
    { name: 'action', legend: 'Action', choices: ACTION_CHOICES, values: changes.map(({ action }) => action) },
  ]);
  const remarks = planRemarks(plan);
  const { against } = plan.inputs;
  return renderPage({
    kind: 'plan',
    title: `${plan.mode === 'destroy' ? 'Plan to destroy' : 'Plan for'} ${plan.environment}`,
    facts: [
      ...revisionFacts(plan.revision, plan.project, envelope),
      ...(against === undefined ? [] : [`as if ${revisionText(against)} were applied`]),
    ],
    summary: planSummary(plan),
    tone: toneOf(plan),
    counts: tilesOf(plan),
    sections: [
      ...(remarks.length > 0 ? [{ id: 'notes', title: 'Notes', content: remarksList(remarks) }] : []),
      ...(changes.length > 0 ? [graphSection(changesPicture(plan.environment, changes))] : []),
      changesSection(changes, { filters, estimates, isSupposed: against !== undefined }),
      ...ignoreRulesSection(plan.ignored),
      inputsSection(plan.inputs),
    ],
    envelope,
    style: filters.style,
  });
}

const ACTION_CHOICES = ACTIONS.map((value) => ({ value, words: value }));

function ranked(changes: readonly Change[]): readonly Change[] {
  return changes.toSorted(
    (left, right) =>
      bySeverity(severityOf(left), severityOf(right)) || ACTIONS.indexOf(left.action) - ACTIONS.indexOf(right.action),
  );
}

interface ChangesOptions {
  readonly filters: Filters;
  readonly estimates: readonly DowntimeEstimate[];
  readonly isSupposed: boolean;
}

function changesSection(changes: readonly Change[], { filters, estimates, isSupposed }: ChangesOptions): Section {
  const byAddress = new Map(estimates.map((estimate) => [estimate.address, estimate]));
  const items = changes.map((change, index): Html => {
    // What goes from beside a resource has its address, too, and nobody waits for it to come back.
    const estimate = change.action === 'delete' ? undefined : byAddress.get(change.address);
    const filterClass = filters.classes[index] ?? '';
    const isOpen = changes.length <= MOST_OPEN;
    return changeItem(change, { severity: severityOf(change), isSupposed, estimate, filterClass, isOpen });
  });
  const content =
    items.length === 0
      ? el('p', { class: 'lead' }, 'No changes.')
      : [filters.html, el('div', { class: 'items' }, items)];
  return { id: 'changes', title: 'Changes', content };
}

function toneOf({ applyable, complete, changes, withheld }: ToldPlan): PageParts['tone'] {
  if (!applyable) return 'bad';
  if (!complete || withheld.length > 0) return 'warning';
  return changes.length === 0 ? 'good' : 'plain';
}

function tilesOf({ changes, unchanged }: ToldPlan): PageParts['counts'] {
  const restarted = changes.filter(({ action }) => action === 'restart').length;
  const restarting = new Set(changes.flatMap(({ impact }) => impact.restarts)).size;
  return [
    ...countsOf({ changes }),
    // Said only where it is more than what is counted as such.
    [
      restarting > restarted ? restarting : 0,
      restarting === 1 ? 'resource is interrupted' : 'resources are interrupted',
    ],
    [unchanged, 'unchanged'],
  ];
}
