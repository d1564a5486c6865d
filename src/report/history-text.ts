/** The history for people: a table for each environment, the newest run first. */
import { ACTION_WORDS } from './change-words.ts';
import type { HistoryEntry } from '../model/history.ts';
import type { EnvironmentHistory } from './history.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { countList, elapsedText, listed, momentText, revisionText } from './words.ts';

const MOST_NAMES = 3;

export function renderHistory(environments: readonly EnvironmentHistory[], options: RenderOptions): string {
  if (environments.length === 0) return 'No run is remembered here.';
  const paint = painter(options.color);
  return environments
    .map(({ name, runs }) => {
      const head = paint('strong', safeText(name));
      if (runs.length === 0) return `${head}: no run is remembered`;
      return `${head}\n${renderTable(columnsFor(paint, options), runs, options.width)}`;
    })
    .join('\n\n');
}

function columnsFor(paint: Paint, options: RenderOptions): readonly Column<HistoryEntry>[] {
  return [
    { title: 'WHEN', rank: 1, cell: ({ started_at }) => momentText(started_at) },
    { title: 'RUN', rank: 0, cell: ({ run }) => safeText(run) },
    { title: 'COMMAND', rank: 4, cell: ({ command }) => safeText(command.replace(/^trueup /, '')) },
    { title: 'REVISION', rank: 2, cell: ({ revision }) => revisionText(revision) },
    { title: 'OUTCOME', rank: 0, cell: outcomeText, paint: (text, row) => paint(toneOf(row), text) },
    { title: 'TOOK', rank: 3, cell: ({ duration_ms: took }) => (took === null ? '' : elapsedText(took)) },
    { title: 'WHAT', rank: 1, shrinks: true, cell: (row) => whatText(row, options) },
  ];
}

function outcomeText({ status, rolled_back: back, purpose }: HistoryEntry): string {
  switch (status) {
    case 'succeeded':
      return purpose === 'hold' ? 'held' : 'succeeded';
    case 'failed':
      return back.length > 0 ? 'rolled back' : 'failed';
    case 'cancelled':
      return 'interrupted';
    case 'not_ended':
      return 'did not end';
    default:
      return status satisfies never;
  }
}

function toneOf({ status }: HistoryEntry): Tone {
  if (status === 'succeeded') return 'good';
  return status === 'failed' ? 'bad' : 'warning';
}

function whatText({ status, summary, failed }: HistoryEntry, { verbose = false }: RenderOptions): string {
  if (status === 'not_ended') return '';
  const {
    create,
    update,
    restart,
    replace,
    delete: removed,
    move,
    skipped,
    cancelled,
    not_started: unstarted,
  } = summary;
  const done = countList([
    [create, ACTION_WORDS.create.past],
    [update, ACTION_WORDS.update.past],
    [restart, ACTION_WORDS.restart.past],
    [replace, ACTION_WORDS.replace.past],
    [move, ACTION_WORDS.move.past],
    [removed, ACTION_WORDS.delete.past],
    [skipped, 'skipped'],
    [cancelled, 'interrupted'],
    [unstarted, 'not started'],
  ]);
  const names = failed.map(safeText);
  const broken = names.length === 0 ? '' : `failed: ${verbose ? names.join(', ') : listed(names, MOST_NAMES)}`;
  return [done, broken].filter((text) => text !== '').join('; ') || 'nothing to do';
}
