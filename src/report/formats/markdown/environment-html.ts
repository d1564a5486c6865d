/** One environment as a block: what comes before its findings, and what comes after them. */
import { countList, plural } from '../../words.ts';
import type { EnvironmentFindings, Finding, FindingsKind, Remark } from '../findings.ts';
import { placeText } from '../place-text.ts';
import { severityCounts } from '../severity-order.ts';
import { fieldsHtml } from './finding-html.ts';
import { code, joined } from './html.ts';
import { sizeOf } from './room.ts';

/** Bytes of what an environment says beside its findings. */
const ROOM_FOR_REMARKS = 12_000;
const FINDING_WORDS: Readonly<Record<FindingsKind, string>> = {
  plan: 'change',
  drift: 'drifted resource',
  diff: 'difference',
  parity: 'difference',
};

const REMARK_ORDER: readonly Remark['level'][] = ['error', 'warning', 'info', 'told'];

export interface EnvironmentFrame {
  readonly before: string;
  readonly after: string;
}

/** What stands around the findings that are shown. */
export function environmentFrame(environment: EnvironmentFindings): EnvironmentFrame {
  const { findings, remarks, summary } = environment;
  const remarkLines = remarksHtml(remarks, ROOM_FOR_REMARKS);
  if (findings.length === 0 && remarks.length === 0) return { before: `<p>${code(summary)}</p>`, after: '' };
  return {
    before: [
      '<details open>',
      `<summary>${titleHtml(environment)}</summary>`,
      ...(findings.length > 0 ? ['<ul>'] : []),
    ].join('\n'),
    after: [...remarkLines, `<p>${code(summary)}</p>`, '</details>'].join('\n'),
  };
}

/** Closes the list of findings, and counts those that are not in it. */
export function listEnd(kind: FindingsKind, total: number, cut: readonly Finding[]): string {
  if (total === 0) return '';
  const counts = severityCounts(cut.map(({ severity }) => severity));
  return cut.length === 0
    ? '</ul>'
    : `</ul>\n<p>and ${plural(cut.length, `more ${FINDING_WORDS[kind]}`)}: ${counts}</p>`;
}

/** As many as fit into `room`, errors first; the others are counted. */
export function remarksHtml(remarks: readonly Remark[], room: number): readonly string[] {
  if (remarks.length === 0) return [];
  const ranked = remarks.toSorted(
    (left, right) => REMARK_ORDER.indexOf(left.level) - REMARK_ORDER.indexOf(right.level),
  );
  let left = room;
  const lines = ranked.map(remarkHtml).filter((line) => {
    left -= sizeOf(line);
    return left >= 0;
  });
  const more = ranked.length - lines.length;
  return ['<ul>', ...lines, ...(more > 0 ? [`<li>and ${more} more</li>`] : []), '</ul>'];
}

function remarkHtml({ level, text, source, fields = [] }: Remark): string {
  const word = level === 'error' || level === 'warning' ? `${level}:` : '';
  return `<li>${joined(word, code(text), code(placeText(source)))}${fieldsHtml(fields)}</li>`;
}

function titleHtml({ environment, revision, counts, restarts, unchanged }: EnvironmentFindings): string {
  const restarting =
    restarts.length === 0 ? '' : `; ${restarts.length} ${restarts.length === 1 ? 'restarts' : 'restart'}`;
  const parts = [countList(counts), unchanged === null ? '' : `${unchanged} unchanged`]
    .filter((part) => part !== '')
    .join(', ');
  return `<b>${code(environment)}</b> at ${code(revision)}: ${parts}${restarting}`;
}
