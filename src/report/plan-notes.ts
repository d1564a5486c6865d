/** What a plan leaves out, and what stands in its way: engines, conflicts, withheld changes, ignored differences. */
import type { Address } from '../model/address.ts';
import type { IgnoreHit } from '../model/change.ts';
import type { Plan, PlanEngine, ToldPlan } from '../model/plan.ts';
import type { Freeze } from '../model/served.ts';
import { diagnosticText } from './diagnostics-text.ts';
import { changeLine, lastSourceText, sourceText } from './difference-text.ts';
import { fieldText } from './field-text.ts';
import { wrapParts, wrapWords } from './layout.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { pendingRestartText } from './pending-restart-text.ts';
import { otherwiseText } from './otherwise-text.ts';
import { safeText } from './safe-text.ts';
import { notComparedWords } from './not-compared-words.ts';
import { freezeEndText, listed, plural } from './words.ts';

/** One block for each kind of note; none where there is nothing to say. */
export function planNotes(plan: Plan, options: RenderOptions, paint: Paint): readonly string[] {
  return [
    conflictNote(plan, options, paint),
    adoptNote(plan, options),
    pendingRestartText(plan.pending_restart ?? [], paint),
    secondStageNote(plan, options),
    block(paint('warning', 'Withheld:'), withheldLines(plan, options, paint)),
    block('Declared otherwise, without a step:', otherwiseLines(plan, options, paint)),
    ...ignoredAndEngines(plan, options, paint, isLeft(plan)),
    plan.diagnostics.map((diagnostic) => diagnosticText(diagnostic, null, options, paint)).join('\n'),
  ];
}

/** Who has a name that is declared here, and what to do about it; empty where nobody has. */
export function conflictNote(plan: Plan, options: RenderOptions, paint: Paint): string {
  return block(paint('bad', 'Conflicts:'), conflictLines(plan, options, paint));
}

/** What is claimed, one line however much it is; empty where nothing is. */
function adoptNote({ environment, to_adopt: addresses = [] }: ToldPlan, options: RenderOptions): string {
  if (addresses.length === 0) return '';
  const names = listed(addresses.map(safeText), 5);
  const parts = ['To adopt:', names, `(\`trueup apply ${safeText(environment)} --adopt\`)`];
  return wrapParts(parts, options.width, 2);
}

/** What goes on once VMs are up; empty where nothing does. */
function secondStageNote({ second_stage: stages = [] }: ToldPlan, options: RenderOptions): string {
  const lines = stages.map(({ engine, provided_by: provider, addresses }) => {
    const parts = [
      `  ${safeText(engine)} in ${safeText(provider)}:`,
      listed(addresses.map(safeText), 5),
      'planned anew once it answers',
    ];
    return wrapParts(parts, options.width, 6);
  });
  return block('Second stage:', lines);
}

/** The notes that drift has as well. */
export function ignoredAndEngines(
  plan: Plan,
  options: RenderOptions,
  paint: Paint,
  isTold: (address: Address) => boolean = () => true,
): readonly string[] {
  const drifted = plan.drift_ignored.filter(isTold).map((address) => ignoredDriftLine(address, options));
  return [
    block(
      paint('warning', 'Frozen:'),
      plan.frozen.map((freeze) => freezeLine(freeze, options)),
    ),
    block('Ignored:', [...ignoredLines(plan, options), ...drifted]),
    block(
      paint('warning', 'Ignore rules:'),
      plan.ignored.flatMap((hit) => idleRuleLine(hit, options, paint)),
    ),
    notComparedText(plan, options),
    block(
      paint('bad', 'Engines:'),
      plan.inputs.engines.flatMap((engine) => engineLine(engine, options)),
    ),
  ];
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines].join('\n');
}

/** What is to be ignored is told in a plan only where it does nothing about it. */
function isLeft({ changes }: Plan): (address: Address) => boolean {
  return (address) => changes.every((change) => change.address !== address);
}

function freezeLine(freeze: Freeze, options: RenderOptions): string {
  const { address, by, reason } = freeze;
  const parts = [`  ${safeText(address)} until ${freezeEndText(freeze)},`, `by ${safeText(by)}:`, safeText(reason)];
  return wrapParts(parts, options.width, 6);
}

function ignoredDriftLine(address: Address, options: RenderOptions): string {
  return wrapParts([`  ${safeText(address)} drifted:`, 'its drift policy is ignore'], options.width, 6);
}

/** Whose name it is to be is for people to say, and the same for all of them. */
function conflictLines(plan: Plan, options: RenderOptions, paint: Paint): readonly string[] {
  if (plan.conflicts.length === 0) return [];
  const lines = plan.conflicts.map(({ address, engine, summary, source }) => {
    const parts = [`  ${safeText(address)} on ${safeText(engine)}:`, safeText(summary), sourceText(source, paint)];
    return wrapParts(parts, options.width, 6);
  });
  return [...lines, wrapWords(`next: ${conflictAdvice(plan)}`, options.width, 2)];
}

/** What is claimed is where it belongs: whoever gave way to it would lose it. */
function conflictAdvice({ environment, conflicts }: Plan): string {
  const claimed = `\`trueup plan ${safeText(environment)} --adopt\` shows what adopting does to what is claimed`;
  if (conflicts.every((conflict) => conflict.claimed === true)) return claimed;
  const isClaimed = conflicts.some((conflict) => conflict.claimed === true);
  return (
    'give this environment another `project`, or the resource another `name`; or remove what has the name; ' +
    '`trueup apply --adopt` takes over what a checkout that is gone has left of this environment' +
    (isClaimed ? `; ${claimed}` : '')
  );
}

function withheldLines(plan: Plan, options: RenderOptions, paint: Paint): readonly string[] {
  return plan.withheld.flatMap(({ summary, differences = [], source = null, last_source: last }) => {
    // Differences have lines of their own.
    const declared = differences.some((difference) => difference.source !== null) ? '' : sourceText(source, paint);
    const place = last === undefined ? declared : `(${lastSourceText(last, paint)})`;
    return [
      wrapParts([`  ${safeText(summary)}`, place], options.width, 6),
      ...differences.map((difference) => changeLine(difference, options, paint)),
    ];
  });
}

/** What merging changes and nothing that runs notices: later runs will. */
function otherwiseLines(plan: Plan, options: RenderOptions, paint: Paint): readonly string[] {
  return (plan.declared_otherwise ?? []).map(({ source, ...item }) =>
    wrapParts([`  ${otherwiseText(item)}`, sourceText(source, paint)], options.width, 6),
  );
}

/** A rule that may have hit elsewhere is of interest only to those who ask for everything. */
function ignoredLines(plan: Plan, options: RenderOptions): readonly string[] {
  const rules = plan.ignored.filter(
    ({ status }) => status === 'hit' || (status === 'unknown' && options.verbose === true),
  );
  return rules.map(({ address, field_path, reason, hits }) => {
    const head = `  ${safeText(address)} ${fieldText(field_path)}: ${plural(hits, 'difference')}`;
    return wrapParts([head, `(${safeText(reason)})`], options.width, 6);
  });
}

/** A rule that is of no use (any more), at its line. */
function idleRuleLine(hit: IgnoreHit, options: RenderOptions, paint: Paint): readonly string[] {
  const { address, field_path, reason, until, status, source } = hit;
  if (status !== 'expired' && status !== 'never_hit') return [];
  const what = status === 'expired' ? `expired on ${safeText(until ?? '')}` : 'hit nothing';
  const head = `  ${safeText(address)} ${fieldText(field_path)}: ${what}`;
  return [wrapParts([head, `(${safeText(reason)})`, sourceText(source, paint)], options.width, 6)];
}

/** One line, however many they are: JSON lists them. */
function notComparedText({ not_compared: fields = [] }: Plan, options: RenderOptions): string {
  return fields.length === 0 ? '' : wrapParts(['Not compared:', notComparedWords(fields)], options.width, 6);
}

function engineLine(engine: PlanEngine, options: RenderOptions): readonly string[] {
  if (engine.status !== 'unreachable') return [];
  const why = engine.error === null ? 'does not answer' : `does not answer: ${safeText(engine.error)}`;
  const parts = [
    `  ${safeText(engine.name)} ${why};`,
    'nothing on it was compared, and nothing is changed;',
    '`trueup doctor` says what to do',
  ];
  return [wrapParts(parts, options.width, 6)];
}
