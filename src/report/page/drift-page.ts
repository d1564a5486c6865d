/** The page of drift: what the world changed, the most severe first; how much of the engines is managed; which rules ignore what. */
import type { Severity } from '../../model/change.ts';
import type { Drift } from '../../model/plan.ts';
import { driftCounts, driftWords, KIND_WORDS, UNSEEN } from '../drift-text.ts';
import { LEAST_DRIFT } from '../formats/drift-findings.ts';
import { causeWords } from '../formats/field-findings.ts';
import { filesystemRemarks } from '../formats/filesystem-remarks.ts';
import { driftRemarks } from '../formats/remarks.ts';
import { bySeverity, mostSevere } from '../formats/severity-order.ts';
import type { DriftReport, ToldDrift } from '../reading/report.ts';
import { plural } from '../words.ts';
import { severityBadge } from './badge.ts';
import { itemHtml } from './item.ts';
import { coverageSections } from './coverage-section.ts';
import { differenceList } from './difference-item.ts';
import { type Filters, filtersOf } from './filters.ts';
import { el } from './html.ts';
import { ignoreRulesSection } from './ignore-rules-section.ts';
import { inputsSection } from './inputs-section.ts';
import { type PageParts, renderPage, type Section } from './page.ts';
import { remarksList } from './remarks-list.ts';
import { revisionFacts } from './revision-facts.ts';
import { SEVERITY_CHOICES } from './severity-choices.ts';
import { whereHtml } from './where.ts';

/** Where there are no more than these, they are unfolded. */
const MOST_OPEN = 5;
const KINDS: readonly Drift['kind'][] = ['missing', 'differs', 'undeclared'];
const TINTS: Readonly<Record<Drift['kind'], string>> = { missing: 'remove', differs: 'change', undeclared: 'create' };

export function driftPage({ drift: told, envelope }: DriftReport): string {
  const drift = told.drift.toSorted((left, right) => bySeverity(severityOf(left), severityOf(right)));
  const filters = filtersOf('resource', [
    { name: 'severity', legend: 'Severity', choices: SEVERITY_CHOICES, values: drift.map(severityOf) },
    { name: 'kind', legend: 'Kind', choices: KIND_CHOICES, values: drift.map(({ kind }) => kind) },
  ]);
  const remarks = [...driftRemarks(told), ...conflictRemarks(told), ...filesystemRemarks(told.filesystem)];
  return renderPage({
    kind: 'drift',
    title: `Drift of ${told.environment}`,
    facts: revisionFacts(told.revision, told.project, envelope),
    summary: summaryOf(told),
    tone: toneOf(told),
    counts: countsOf(told),
    sections: [
      ...(remarks.length > 0 ? [{ id: 'notes', title: 'Notes', content: remarksList(remarks) }] : []),
      driftSection(drift, filters),
      ...coverageSections(told),
      ...ignoreRulesSection(told.ignored),
      inputsSection(told.inputs),
    ],
    envelope,
    style: filters.style,
  });
}

const KIND_CHOICES = KINDS.map((value) => ({ value, words: KIND_WORDS[value].text }));

function driftSection(drift: readonly Drift[], filters: Filters): Section {
  const items = drift.map((item, index) => {
    const { sign } = KIND_WORDS[item.kind];
    return itemHtml(
      {
        sign,
        tint: TINTS[item.kind],
        address: item.address,
        what: driftWords(item),
        why: item.kind === 'differs' ? plural(item.differences.length, 'difference') : causeWords(item.cause),
        badge: severityBadge(severityOf(item)),
        content: [differenceList(item.differences, 'as it is'), whereHtml(item)],
      },
      { filterClass: filters.classes[index] ?? '', isOpen: drift.length <= MOST_OPEN },
    );
  });
  const content =
    items.length === 0 ? el('p', { class: 'lead' }, 'No drift.') : [filters.html, el('div', { class: 'items' }, items)];
  return { id: 'drift', title: 'Differences', content };
}

function severityOf({ kind, differences }: Drift): Severity {
  return mostSevere(
    differences.map(({ severity }) => severity),
    LEAST_DRIFT[kind],
  );
}

function conflictRemarks({ conflicts }: ToldDrift): ReturnType<typeof driftRemarks> {
  return conflicts.map(({ address, engine, summary, source }) => {
    return { rule: 'conflict', level: 'error', text: `${address} on ${engine}: ${summary}`, source };
  });
}

function summaryOf({ drift, complete }: ToldDrift): string {
  const unseen = complete ? '' : ` ${UNSEEN}`;
  if (drift.length > 0) return `${driftCounts(drift)}${unseen}`;
  return complete ? 'No drift.' : `No drift found.${unseen}`;
}

function toneOf({ drift, complete, conflicts }: ToldDrift): PageParts['tone'] {
  if (!complete || conflicts.length > 0) return 'bad';
  return drift.length > 0 ? 'warning' : 'good';
}

function countsOf({ drift }: ToldDrift): PageParts['counts'] {
  const count = (kind: Drift['kind']): number => drift.filter((item) => item.kind === kind).length;
  const differences = drift.reduce((sum, item) => sum + item.differences.length, 0);
  return [
    [count('missing'), 'gone'],
    [count('differs'), 'changed'],
    [count('undeclared'), 'in no manifest'],
    [differences, differences === 1 ? 'difference' : 'differences'],
  ];
}
