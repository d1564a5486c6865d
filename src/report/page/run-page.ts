/** The page of a run: how it ended, what failed and why, what became of each change, and when each step went on. */
import type { ChangeAction } from '../../model/change.ts';
import type { Interrupted } from '../../model/interrupted.ts';
import { reasonText } from '../change-words.ts';
import { causeWords } from '../formats/field-findings.ts';
import { interruptedSentences } from '../interrupted-text.ts';
import { painter } from '../paint.ts';
import { resultText, runPicture } from '../picture/run-picture.ts';
import type { RunReport, ToldResult, ToldRun } from '../reading/report.ts';
import type { RenderOptions } from '../render-options.ts';
import { rollbackLines } from '../rollback-text.ts';
import type { ChangeStatus } from '../run-changes.ts';
import { skippedLines } from '../run-skipped.ts';
import { runSummary } from '../run-summary.ts';
import { STATUS_WORDS } from '../status-words.ts';
import { elapsedText } from '../words.ts';
import { statusBadge } from './badge.ts';
import { consequencesHtml } from './consequences.ts';
import { itemHtml } from './item.ts';
import { differenceList } from './difference-item.ts';
import { failuresSection } from './failures-section.ts';
import { type Filters, filtersOf } from './filters.ts';
import { graphSection } from './graph-section.ts';
import { el, type Html } from './html.ts';
import { type PageParts, renderPage, type Section } from './page.ts';
import { revisionFacts } from './revision-facts.ts';
import { timelineSection } from './timeline-section.ts';
import { timeText } from './time.ts';
import { whereHtml } from './where.ts';

/** Where there are no more than these, they are unfolded. */
const MOST_OPEN = 5;
/** Also the order: first what needs somebody. */
const STATUSES: readonly ChangeStatus[] = ['failed', 'cancelled', 'skipped', 'not_started', 'done'];
const ACTIONS: readonly ChangeAction[] = ['delete', 'replace', 'restart', 'update', 'move', 'create'];
const TINTS: Readonly<Record<ChangeStatus, string>> = {
  done: 'create',
  failed: 'remove',
  cancelled: 'change',
  skipped: 'plain',
  not_started: 'plain',
};

/** Sentences of the terminal, whole and without colours. */
const WHOLE: RenderOptions = { color: false, width: Number.POSITIVE_INFINITY, verbose: true };

export function runPage({ run, envelope }: RunReport): string {
  const changes = run.changes.toSorted((left, right) => STATUSES.indexOf(left.status) - STATUSES.indexOf(right.status));
  const filters = filtersOf('change', [
    { name: 'status', legend: 'How it ended', choices: STATUS_CHOICES, values: changes.map(({ status }) => status) },
    { name: 'action', legend: 'Action', choices: ACTION_CHOICES, values: changes.map(({ action }) => action) },
  ]);
  const notes = notesOf(run);
  return renderPage({
    kind: 'run',
    title: `${run.mode === 'destroy' ? 'Run to destroy' : 'Run of'} ${run.environment}`,
    facts: [
      ...revisionFacts(run.revision, run.project, envelope),
      `began ${timeText(run.started_at)}`,
      `took ${elapsedText(run.duration_ms)}`,
    ],
    summary: runSummary(run, run.changes),
    tone: toneOf(run),
    counts: countsOf(run),
    sections: [
      ...failuresSection(run),
      ...(notes.length > 0 ? [{ id: 'notes', title: 'Notes', content: notesList(notes) }] : []),
      ...(changes.length > 0 ? [graphSection(runPicture(run))] : []),
      ...timelineSection(run),
      changesSection(changes, filters),
    ],
    envelope,
    style: filters.style,
  });
}

const STATUS_CHOICES = STATUSES.map((value) => ({ value, words: STATUS_WORDS[value].word }));
const ACTION_CHOICES = ACTIONS.map((value) => ({ value, words: value }));

function changesSection(changes: readonly ToldResult[], filters: Filters): Section {
  const items = changes.map((result, index) => {
    const options = { filterClass: filters.classes[index] ?? '', isOpen: changes.length <= MOST_OPEN };
    return resultItem(result, options);
  });
  const content =
    items.length === 0
      ? el('p', { class: 'lead' }, 'Nothing was to be done.')
      : [filters.html, el('div', { class: 'items' }, items)];
  return { id: 'changes', title: 'Changes', content };
}

function resultItem(result: ToldResult, options: { readonly filterClass: string; readonly isOpen: boolean }): Html {
  const { address, status, change } = result;
  const content =
    change === null
      ? el(
          'p',
          { class: 'where' },
          'The report was made by a version of trueup that did not tell what the change was about.',
        )
      : [
          differenceList(change.differences, 'as it was'),
          consequencesHtml(change, { lead: 'Expected of it:' }),
          whereHtml(change),
        ];
  return itemHtml(
    {
      sign: STATUS_WORDS[status].sign,
      tint: TINTS[status],
      address,
      what: resultText(result),
      why: change === null ? '' : whyText(change),
      badge: statusBadge(status),
      content,
    },
    options,
  );
}

function whyText(change: NonNullable<ToldResult['change']>): string {
  const cause = change.differences.length === 0 && change.reason !== 'missing' ? causeWords(change.cause) : '';
  // A run tells what was: what did not exist yet may exist now.
  const reason = change.reason === 'missing' ? MISSING_WORDS[change.cause] : reasonText(change);
  return cause === '' ? reason : `${reason}, ${cause}`;
}

const MISSING_WORDS = {
  git: 'did not exist yet',
  world: 'was gone, removed outside of git',
  both: 'was gone, and changed in git',
  unknown: 'did not exist',
} as const;

function notesOf(run: ToldRun): readonly string[] {
  return [
    ...(run.interrupted === null ? [] : interruptedLines(run.interrupted)),
    ...(run.rollback_to === null ? [] : [`It went back to ${run.rollback_to.commit.slice(0, 7)}.`]),
    ...run.unpinned.map((what) => `Not decided by the revision: ${what}`),
    ...rollbackLines(run.rollbacks, WHOLE, painter(false)).map((line) => line.trim()),
    ...skippedLines(run, WHOLE, painter(false)).map((line) => line.replace(/^- /, '')),
  ];
}

function interruptedLines(interrupted: Interrupted): readonly string[] {
  const { head, found, more } = interruptedSentences(interrupted, { moment: timeText, options: WHOLE });
  return [`${head} ${found}`, ...more];
}

function notesList(notes: readonly string[]): Html {
  return el(
    'ul',
    { class: 'remarks' },
    notes.map((note) => el('li', {}, el('span', {}, note))),
  );
}

function toneOf({ status, gates }: ToldRun): PageParts['tone'] {
  if (status === 'failed') return 'bad';
  return status === 'cancelled' || gates.some(({ met }) => !met) ? 'warning' : 'good';
}

function countsOf({ changes, steps }: ToldRun): PageParts['counts'] {
  const ended = STATUSES.toReversed().map((status) => {
    return [changes.filter((change) => change.status === status).length, STATUS_WORDS[status].word] as const;
  });
  return [...ended, [steps.length, steps.length === 1 ? 'step' : 'steps']];
}
