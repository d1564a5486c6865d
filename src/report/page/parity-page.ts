/**
 * The page of a parity: the verdict, what would bite, the most severe first, with both sides beside each other; how it went on; and what
 * is waived, unknown and the same. What differs by nature is folded.
 */
import type { Severity } from '../../model/change.ts';
import type { ServiceDiff } from '../../model/parity.ts';
import type { Remark } from '../formats/findings.ts';
import { parityRemarks } from '../formats/parity-findings.ts';
import { fixCommand, isFixable } from '../parity-command.ts';
import { isMissing, labelOf, scoreText, severityOf, sideText, verdictText } from '../parity-words.ts';
import type { ParityReport, ToldParity } from '../reading/report.ts';
import { safeText } from '../safe-text.ts';
import { elapsedText, plural } from '../words.ts';
import { filtersOf } from './filters.ts';
import { fixingSection } from './fixing-section.ts';
import { historySection } from './history-section.ts';
import { type Content, el } from './html.ts';
import { type PageParts, renderPage, type Section } from './page.ts';
import { parityItem, typeOfDiff, waivedPart } from './parity-item.ts';
import { remarksList } from './remarks-list.ts';
import { SEVERITY_CHOICES } from './severity-choices.ts';
import { tableHtml } from './table.ts';
import { timeHtml } from './time.ts';
import { toneOfParity } from './tone-of-parity.ts';
import { unknownSection } from './unknown-section.ts';
import { waiversSection } from './waivers-section.ts';

/** Where no more than these count, they are unfolded. */
const MOST_OPEN = 5;

export function parityPage({ parity, envelope, fixing, history }: ParityReport): string {
  const diffs = [...parity.service_diffs, ...parity.metadata.resource_diffs];
  const told = diffs.filter(isTold).toSorted((left, right) => rankOf(left) - rankOf(right));
  const same = diffs.filter((diff) => !isTold(diff));
  const [source, target] = [labelOf(parity, 'source'), labelOf(parity, 'target')];
  const filters = filtersOf('resource', [
    { name: 'severity', legend: 'Severity', choices: PARITY_SEVERITIES, values: told.map(severityValue) },
    {
      name: 'status',
      legend: 'Status',
      choices: [
        { value: 'different', words: 'differs' },
        { value: 'missing_in_source', words: `missing in ${source}` },
        { value: 'missing_in_target', words: `missing in ${target}` },
        { value: 'identical', words: 'the same by another name' },
      ],
      values: told.map(({ status }) => status),
    },
    { name: 'waived', legend: 'Waived', choices: WAIVED_CHOICES, values: told.map(waivedPart) },
    { name: 'kind', legend: 'Kind', choices: KIND_CHOICES, values: told.map(typeOfDiff) },
  ]);
  const counting = told.filter(isCounting).length;
  const items = told.map((diff, index) =>
    parityItem(diff, parity, {
      filterClass: filters.classes[index] ?? '',
      isOpen: counting <= MOST_OPEN && isCounting(diff),
    }),
  );
  const remarks = remarksOf(parity);
  return renderPage({
    kind: 'parity',
    title: `Parity of ${source} and ${target}`,
    facts: factsOf(parity, envelope.created_at),
    summary: `${capital(verdictText(parity))}.`,
    tone: toneOfParity(parity.overall_status, parity.metadata.unknown.length > 0),
    counts: countsOf(parity, diffs),
    sections: [
      ...(remarks.length > 0 ? [{ id: 'notes', title: 'Notes', content: remarksList(remarks) }] : []),
      {
        id: 'differences',
        title: 'Differences',
        content:
          items.length === 0
            ? el('p', { class: 'lead' }, 'None.')
            : [fixLead(parity, diffs), filters.html, el('div', { class: 'items' }, items)],
      },
      ...fixingSection(fixing),
      ...(history === null ? [] : [historySection(history, { isFolded: true })]),
      ...unknownSection(parity),
      ...waiversSection(parity),
      ...sameSection(same),
      sidesSection(parity),
    ],
    envelope,
    style: filters.style,
  });
}

/** What is only counted has its place elsewhere on the page, and a waiver says itself where it stands. */
function remarksOf(parity: ToldParity): readonly Remark[] {
  const remarks = parityRemarks(parity, (text) => text).filter(({ level }) => level !== 'told');
  return remarks.map((remark) => (remark.rule.startsWith('waiver/') ? { ...remark, source: null } : remark));
}

/** What there is nothing to say of is in a list of its own. */
function isTold(diff: ServiceDiff): boolean {
  return diff.differences.length > 0 || isMissing(diff) || diff.metadata.paired_with !== undefined;
}

function isCounting(diff: ServiceDiff): boolean {
  const severity = severityOf(diff);
  return severity !== null && severity !== 'info';
}

const NO_SEVERITY = 'none';
const PARITY_SEVERITIES = [...SEVERITY_CHOICES, { value: NO_SEVERITY, words: 'nothing left' }];
const WAIVED_CHOICES = [
  { value: 'no', words: 'no' },
  { value: 'part', words: 'in part' },
  { value: 'yes', words: 'yes' },
];
const KIND_CHOICES = (['service', 'vm', 'cluster', 'volume', 'network'] as const).map((value) => ({
  value,
  words: value === 'vm' ? 'VM' : value,
}));

function severityValue(diff: ServiceDiff): Severity | typeof NO_SEVERITY {
  return severityOf(diff) ?? NO_SEVERITY;
}

function rankOf(diff: ServiceDiff): number {
  return PARITY_SEVERITIES.findIndex(({ value }) => value === severityValue(diff));
}

function factsOf(parity: ToldParity, created: string): readonly Content[] {
  const { comparison_mode: mode, duration_ms: duration } = parity.metadata;
  const took = duration === undefined ? [] : [`took ${elapsedText(duration)}`];
  return [sideText(parity, 'source'), sideText(parity, 'target'), mode, timeHtml(created), ...took];
}

function countsOf({ metadata, summary }: ToldParity, diffs: readonly ServiceDiff[]): PageParts['counts'] {
  const { critical, error, warning, info } = metadata.severities;
  return [
    [scoreText(metadata.score), 'parity'],
    [critical, 'critical'],
    [error, plural(error, 'error').replace(/^\d+ /, '')],
    [warning, plural(warning, 'warning').replace(/^\d+ /, '')],
    [info, 'of no weight'],
    [metadata.waivers.hits, 'waived'],
    [diffs.filter(isMissing).length, 'on one side alone'],
    [summary.services_identical + metadata.resource_summary.identical, 'the same'],
  ];
}

function fixLead(parity: ToldParity, diffs: readonly ServiceDiff[]): Content {
  const command = fixCommand(parity);
  const fixable = diffs.flatMap((diff) => diff.differences.filter((difference) => isFixable(diff, difference))).length;
  if (command === null || fixable === 0) return null;
  const what = `${plural(fixable, 'difference')} can be taken over from ${labelOf(parity, 'target')}: `;
  return el('p', { class: 'lead' }, what, el('code', {}, command));
}

function sameSection(same: readonly ServiceDiff[]): readonly Section[] {
  if (same.length === 0) return [];
  const names = same.map(({ service_name: name }) => el('li', {}, el('code', {}, name)));
  const content = el(
    'details',
    { class: 'words' },
    el('summary', {}, plural(same.length, 'resource')),
    el('ul', { class: 'names' }, names),
  );
  return [{ id: 'same', title: 'The same on both sides', content }];
}

function sidesSection(parity: ToldParity): Section {
  const { engines } = parity.metadata;
  const rows = (['source', 'target'] as const).map((side) => [
    el('code', {}, labelOf(parity, side)),
    side,
    side === 'source' ? parity.source_environment : parity.target_environment,
    sideText(parity, side).slice(labelOf(parity, side).length + 1),
    engines[side]
      .map(({ name, version }) => `${safeText(name)}${version === null ? '' : ` ${safeText(version)}`}`)
      .join(', '),
  ]);
  const columns = ['Side', 'Is the', 'Environment', 'Read', 'Engines'];
  return {
    id: 'sides',
    title: 'What was compared',
    content: tableHtml({ caption: 'Both sides, and where they were read', columns, rows }),
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
