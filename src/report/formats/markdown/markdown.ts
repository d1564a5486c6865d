/**
 * Findings as Markdown for a comment on a pull request and for the summary of a step. It fits both: GitHub takes 65,536
 * characters in a comment, and this counts bytes. The first line is a marker that no reader sees, by which whoever writes
 * the comment finds the one to update.
 */
import { plural } from '../../words.ts';
import type { EnvironmentFindings, Finding, FindingsReport } from '../findings.ts';
import { headline } from '../headline.ts';
import { bySeverity } from '../severity-order.ts';
import { environmentFrame, listEnd, remarksHtml } from './environment-html.ts';
import { briefFinding, wholeFinding } from './finding-html.ts';
import { shareRoom, sizeOf } from './room.ts';

/** Below GitHub's limit, so that a marker with a name and a line of a pipeline's own still fit. */
export const MARKDOWN_LIMIT = 64_000;

/** Where there are no more findings than this, their differences are shown unfolded. */
const MOST_UNFOLDED = 5;

/** What the count of the findings that were cut may take, in each environment. */
const CUT_COUNT_SIZE = 160;

export function renderMarkdown(report: FindingsReport): string {
  const head = [`<!-- trueup:${report.kind} -->`, `### trueup ${report.kind}: ${headline(report)}`].join('\n');
  const mistakes = [...remarksHtml(report.mistakes, MARKDOWN_LIMIT / 2), ...unseenHtml(report)].join('\n');
  const room = MARKDOWN_LIMIT - sizeOf(head) - sizeOf(mistakes) - CUT_COUNT_SIZE;
  const shown = environmentsThatFit(report.environments, room / 2);
  const frames = shown.map(({ size }) => size).reduce((sum, size) => sum + size, 0);
  const texts = findingTexts(shown, room - frames);
  const blocks = shown.map(({ environment, frame }) => {
    const lines = environment.findings.map((finding) => texts.get(finding) ?? null);
    const cut = environment.findings.filter((_finding, index) => lines[index] === null);
    const end = listEnd(report.kind, environment.findings.length, cut);
    return [frame.before, ...lines, end, frame.after].filter((line) => line !== null && line !== '').join('\n');
  });
  const missing = report.environments.length - shown.length;
  const more = missing > 0 ? `<p>and ${plural(missing, 'more environment')}</p>` : '';
  return [head, mistakes, ...blocks, more].filter((block) => block !== '').join('\n\n');
}

/** Of a diff what could be compared is told all the same, beside the mistakes: it must not pass for all there is. */
function unseenHtml({ kind, mistakes }: FindingsReport): readonly string[] {
  return (kind === 'diff' || kind === 'parity') && mistakes.length > 0 ? ['<p>Not everything was compared.</p>'] : [];
}

interface Shown {
  readonly environment: EnvironmentFindings;
  readonly frame: ReturnType<typeof environmentFrame>;
  readonly size: number;
}

/** Those with findings and remarks first claim their room; they are shown in the order in which they came. */
function environmentsThatFit(environments: readonly EnvironmentFindings[], room: number): readonly Shown[] {
  const all = environments.map((environment): Shown => {
    const frame = environmentFrame(environment);
    return { environment, frame, size: sizeOf(frame.before) + sizeOf(frame.after) + CUT_COUNT_SIZE };
  });
  let left = room;
  const kept = new Set<Shown>();
  for (const shown of all.toSorted((a, b) => weight(b.environment) - weight(a.environment))) {
    if (shown.size > left) break;
    kept.add(shown);
    left -= shown.size;
  }
  return all.filter((shown) => kept.has(shown));
}

function weight({ findings, remarks, isWhole }: EnvironmentFindings): number {
  return Number(!isWhole) * 4 + Number(findings.length > 0) * 2 + Number(remarks.length > 0);
}

/** The findings of all environments claim room in one order, so that no environment hides what is worse in another. */
function findingTexts(shown: readonly Shown[], room: number): ReadonlyMap<Finding, string> {
  const findings = shown
    .flatMap(({ environment }) => environment.findings)
    .toSorted((left, right) => bySeverity(left.severity, right.severity));
  const isOpen = findings.length <= MOST_UNFOLDED;
  const pieces = findings.map((finding) => ({ whole: wholeFinding(finding, isOpen), brief: briefFinding(finding) }));
  const texts = shareRoom(pieces, room);
  return new Map(
    findings.flatMap((finding, index) => {
      const text = texts[index] ?? null;
      return text === null ? [] : [[finding, text] as const];
    }),
  );
}
