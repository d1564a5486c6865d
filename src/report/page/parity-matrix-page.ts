/** The page of a matrix: the scores as a grid, each of which leads to its pair; of each pair what it counts, and how to see what it is. */
import { MOST_FIRST, scoreText, STATUS_WORDS } from '../parity-words.ts';
import type { MatrixReport, ToldMatrix, ToldPair } from '../reading/report.ts';
import { safeText } from '../safe-text.ts';
import { shellText } from '../shell-text.ts';
import { countList, elapsedText, plural } from '../words.ts';
import { parityBadge } from './badge.ts';
import { type Content, el, type Html } from './html.ts';
import { type PageParts, renderPage, type Section } from './page.ts';
import { remarksList } from './remarks-list.ts';
import { tableHtml } from './table.ts';
import { toneOfParity } from './tone-of-parity.ts';

export function parityMatrixPage({ matrix: told }: MatrixReport): string {
  const { matrix, reference, invalid, comparison_mode: mode, duration_ms: duration } = told;
  const pairs = matrix.toSorted((left, right) => rankOf(left) - rankOf(right));
  return renderPage({
    kind: 'parity matrix',
    title: `Parity of ${plural(namesOf(matrix).length, 'environment')}`,
    facts: [
      mode,
      reference === null ? 'each pair' : ['each held against ', el('code', {}, reference)],
      `took ${elapsedText(duration)}`,
    ],
    summary: summaryOf(told),
    tone: toneOf(told),
    counts: countsOf(matrix),
    sections: [...notesSection(invalid), ...gridSection(told, pairs), pairsSection(pairs, mode)],
    envelope: null,
  });
}

/** What nobody could look at is neither good nor bad: it comes last. */
function rankOf({ score }: ToldPair): number {
  return score ?? 2;
}

function namesOf(matrix: readonly ToldPair[]): readonly string[] {
  return [...new Set(matrix.flatMap(({ source, target }) => [source, target]))];
}

function summaryOf({ matrix, invalid }: ToldMatrix): string {
  const same = matrix.filter(({ overall_status: status, unknown }) => status === 'identical' && !unknown).length;
  const left = invalid.length === 0 ? '' : ` Not compared, for mistakes: ${invalid.map(safeText).join(', ')}.`;
  if (matrix.length === 0) return `Nothing could be compared.${left}`;
  return `${same} of ${plural(matrix.length, 'pair')} identical.${left}`;
}

function toneOf({ matrix, invalid }: ToldMatrix): PageParts['tone'] {
  const tones = matrix.map(({ overall_status: status, unknown }) => toneOfParity(status, unknown));
  if (invalid.length > 0 || tones.length === 0) return 'bad';
  return (['bad', 'warning'] as const).find((tone) => tones.includes(tone)) ?? 'good';
}

function countsOf(matrix: readonly ToldPair[]): PageParts['counts'] {
  return (['identical', 'minor_differences', 'major_differences', 'incompatible'] as const).map((status) => {
    return [matrix.filter((pair) => pair.overall_status === status).length, STATUS_WORDS[status]];
  });
}

function notesSection(invalid: readonly string[]): readonly Section[] {
  if (invalid.length === 0) return [];
  const remarks = invalid.map((name) => {
    const text = `${name} has mistakes, and is compared with nothing`;
    return { rule: 'parity', level: 'error', text, source: null } as const;
  });
  return [{ id: 'notes', title: 'Notes', content: remarksList(remarks) }];
}

/** Each pair stands there once, above the diagonal; one column where there is a reference. */
function gridSection({ matrix, reference }: ToldMatrix, pairs: readonly ToldPair[]): readonly Section[] {
  if (reference !== null || matrix.length < 2) return [];
  const names = namesOf(matrix);
  const rows = names.slice(0, -1).map((row) => [
    el('code', {}, row),
    ...names.slice(1).map((column): Content => {
      const index = pairs.findIndex(({ source, target }) => source === row && target === column);
      const pair = pairs[index];
      return pair === undefined ? null : scoreLink(pair, index);
    }),
  ]);
  const columns = ['Source', ...names.slice(1).map(safeText)];
  const content = tableHtml({ caption: 'How much is alike, by source and target', columns, rows });
  return [{ id: 'grid', title: 'Matrix', content }];
}

function scoreLink(pair: ToldPair, index: number): Html {
  const label = `${pair.source} and ${pair.target}: ${pairScore(pair)}`;
  return el(
    'a',
    { class: 'score', href: `#${idOf(index)}`, 'aria-label': label },
    parityBadge(pairScore(pair), toneOfParity(pair.overall_status, pair.unknown)),
  );
}

/** The worst first. */
function pairsSection(pairs: readonly ToldPair[], mode: ToldMatrix['comparison_mode']): Section {
  const rows = pairs.map((pair, index) => [
    el('span', { id: idOf(index), class: 'pair' }, el('code', {}, pair.source), ' and ', el('code', {}, pair.target)),
    parityBadge(pairScore(pair), toneOfParity(pair.overall_status, pair.unknown)),
    `${STATUS_WORDS[pair.overall_status]}${pair.unknown ? ', not all of it known' : ''}`,
    countList(MOST_FIRST.map((severity) => [pair.severities[severity], severity])),
    servicesText(pair),
    [
      el('code', {}, commandOf(pair, mode)),
      ' ',
      el('p', { class: 'notes' }, 'report ', el('code', {}, pair.report_id)),
    ],
  ]);
  const columns = ['Pair', 'Parity', 'Status', 'Differences', 'Services', 'To see it'];
  const content =
    rows.length === 0
      ? el('p', { class: 'lead' }, 'None.')
      : tableHtml({ caption: 'Each pair, the least alike first', columns, rows });
  return { id: 'pairs', title: 'Pairs', content };
}

function servicesText({ summary }: ToldPair): string {
  const missing = summary.services_missing_in_source + summary.services_missing_in_target;
  return countList([
    [summary.services_identical, 'the same'],
    [summary.services_with_differences, 'different'],
    [missing, 'on one side alone'],
  ]);
}

function pairScore({ score, unknown }: ToldPair): string {
  return `${scoreText(score)}${unknown ? '?' : ''}`;
}

function commandOf({ source, target }: ToldPair, mode: ToldMatrix['comparison_mode']): string {
  const words = ['trueup', 'parity', source, target, ...(mode === 'semantic' ? [] : ['--mode', mode])];
  return words.map(shellText).join(' ');
}

function idOf(index: number): string {
  return `pair-${index + 1}`;
}
