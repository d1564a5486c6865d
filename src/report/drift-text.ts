/** Drift for people: per resource what the world did to it, each difference with its cause and manifest line. */
import type { Coverage } from '../model/coverage.ts';
import type { FilesystemDrift } from '../model/filesystem.ts';
import type { Drift, Plan } from '../model/plan.ts';
import { notComparedWords } from './not-compared-words.ts';
import { coverageText } from './coverage-text.ts';
import { causeText, driftLine, lastSourceText, sourceText } from './difference-text.ts';
import { driftOfPlan } from './drift-document.ts';
import { filesystemText } from './filesystem-text.ts';
import { wrapParts } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { conflictNote, ignoredAndEngines } from './plan-notes.ts';
import { matchText } from './plan-summary.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { revisionText } from './words.ts';

export const KIND_WORDS: Readonly<Record<Drift['kind'], { readonly sign: string; readonly text: string }>> = {
  missing: { sign: '-', text: 'is gone' },
  differs: { sign: '~', text: 'differs' },
  undeclared: { sign: '+', text: 'is in no manifest' },
};

/** What became of a resource, behind its address. What only carries its labels is told by its own name. */
export function driftWords({ kind, name, is_stranger: isStranger }: Drift): string {
  const { text } = KIND_WORDS[kind];
  if (kind !== 'undeclared') return text;
  return isStranger === true
    ? `has ${safeText(name)} beside it, which carries its labels and ${text}`
    : `${text} (${safeText(name)})`;
}

/** `coverage` is `null` where nobody looked around, or no engine could tell; `filesystem` where nobody asked. */
export function renderDrift(
  plan: Plan,
  options: RenderOptions,
  coverage: Coverage | null = null,
  filesystem: FilesystemDrift | null = null,
): string {
  const paint = painter(options.color);
  const drift = driftOfPlan(plan);
  const heading =
    drift.length === 0 ? '' : `Drift of ${safeText(plan.environment)} from ${revisionText(plan.revision)}:`;
  const blocks = [
    heading,
    drift.map((item) => renderItem(item, options, paint)).join('\n'),
    conflictNote(plan, options, paint),
    ...ignoredAndEngines(plan, options, paint),
    coverage === null ? '' : coverageText(coverage, options),
    filesystem === null ? '' : filesystemText(filesystem, options),
    paint('strong', summaryText(plan, drift)),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function renderItem(drift: Drift, options: RenderOptions, paint: Paint): string {
  const { sign } = KIND_WORDS[drift.kind];
  const cause = drift.kind === 'differs' ? '' : causeText(drift.cause, paint);
  const place = lastSourceText(drift.last_source, paint) || sourceText(drift.source ?? null, paint);
  const head = [
    paint('change', sign.padStart(3)),
    paint('strong', safeText(drift.address)),
    driftWords(drift),
    cause,
    place,
  ];
  const lines = drift.differences.map((difference) => driftLine(difference, options, paint));
  return [wrapParts(head, options.width, 6), ...lines].join('\n');
}

/** Said where no engine could tell of a part of it. */
export const UNSEEN = 'Not every engine answered.';

/** `Drift: 1 missing, 2 differ, 0 undeclared.` */
export function summaryText(plan: Plan, drift: readonly Drift[]): string {
  const { not_compared: fields = [] } = plan;
  const blind = fields.length === 0 ? '' : ` Not compared: ${notComparedWords(fields)}.`;
  const unseen = `${plan.complete ? '' : ` ${UNSEEN}`}${blind}`;
  if (drift.length === 0) return unseen === '' ? `No drift. ${driftFreeText(plan)}` : `No drift found.${unseen}`;
  return `${driftCounts(drift)}${unseen}`;
}

export function driftCounts(drift: readonly Drift[]): string {
  const count = (kind: Drift['kind']): number => drift.filter((item) => item.kind === kind).length;
  const differ = count('differs');
  const words = `${count('missing')} missing, ${differ} ${differ === 1 ? 'differs' : 'differ'}, ${count('undeclared')} undeclared`;
  return `Drift: ${words}.`;
}

/** Where git alone made a difference there is no drift, and still something to apply. */
function driftFreeText(plan: Plan): string {
  const ignored = new Set(plan.drift_ignored);
  if (ignored.size > 0) {
    const many = ignored.size === 1 ? '1 resource is' : `${ignored.size} resources are`;
    return `${many} not as declared, which a drift policy says to ignore.`;
  }
  if (plan.conflicts.length > 0) return 'Not everything that is declared is there: plan shows what stands in the way.';
  if (plan.changes.length === 0 && plan.withheld.length === 0) return matchText(plan);
  return `What differs from ${revisionText(plan.revision)} was changed in git; plan shows it.`;
}
