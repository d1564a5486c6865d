/**
 * A plan for people, as they know it from Terraform: a sign, an address, what will happen and why, then each difference
 * with its manifest line; what was left out is said; the last line is the summary.
 */
import type { Change } from '../model/change.ts';
import type { DowntimeEstimate } from '../model/estimate.ts';
import type { Plan } from '../model/plan.ts';
import { ACTION_WORDS, futureText, reasonText, tellsCause } from './change-words.ts';
import { allFields, createdFields } from './created-fields.ts';
import { causeText, changeLine, lastSourceText, sourceText } from './difference-text.ts';
import { indented, wrapParts } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { planNotes } from './plan-notes.ts';
import { planSummary } from './plan-summary.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { elapsedText, listed, plural, revisionText } from './words.ts';

/** `estimates` of earlier runs are told with what they are about. */
export function renderPlan(plan: Plan, options: RenderOptions, estimates: readonly DowntimeEstimate[] = []): string {
  const paint = painter(options.color);
  const changes = plan.changes.map((change) => {
    // What goes from beside a resource has its address, too, and nobody waits for it to come back.
    const expected = estimates.filter(({ address }) => address === change.address && change.action !== 'delete');
    return [renderChange(change, plan, options, paint), ...expected.flatMap(expectedLine)].join('\n');
  });
  const steps = options.verbose === true ? renderSteps(plan) : '';
  const heading = changes.length === 0 ? '' : headingText(plan);
  const notes = planNotes(plan, options, paint);
  const blocks = [heading, changes.join('\n'), steps, ...notes, paint('strong', planSummary(plan))];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headingText(plan: Plan): string {
  const what = plan.mode === 'destroy' ? 'Plan to destroy' : 'Plan for';
  const { against } = plan.inputs;
  const taken = against === undefined ? '' : `, as if ${revisionText(against)} were applied`;
  return `${what} ${safeText(plan.environment)} at ${revisionText(plan.revision)}${taken}:`;
}

function renderChange(change: Change, { inputs }: Plan, options: RenderOptions, paint: Paint): string {
  const { sign, tone } = ACTION_WORDS[change.action];
  const head = [
    paint(tone, sign.padStart(3)),
    paint('strong', safeText(change.address)),
    futureText(change),
    `(${reasonText(change, inputs.against !== undefined)})`,
    tellsCause(change) ? causeText(change.cause, paint) : '',
    sourceText(change.source, paint),
    lastSourceText(change.last_source, paint),
  ];
  const lines = [wrapParts(head, options.width, 6)];
  if (change.action === 'create') lines.push(...createdLines(change, options));
  else lines.push(...change.differences.map((difference) => changeLine(difference, options, paint)));
  lines.push(...impactLines(change, paint));
  return lines.join('\n');
}

function createdLines(change: Change, options: RenderOptions): readonly string[] {
  if (change.after === null) return [];
  const fields = options.verbose === true ? allFields(change.after) : createdFields(change.type, change.after);
  return fields.map((field) => indented([field], 6));
}

/** What a reader must know before saying yes: lost data, and what else goes down with it. */
function impactLines(change: Change, paint: Paint): readonly string[] {
  const { data_loss, goes_along: along = [], restarts, reconnects } = change.impact;
  const others = restarts.filter((address) => address !== change.address).map(safeText);
  return [
    ...(data_loss ? [indented([paint('bad', '! its data will be lost')], 6)] : []),
    ...(along.length > 0 ? [indented([paint('bad', `! lost with it: ${along.map(safeText).join(', ')}`)], 6)] : []),
    ...(others.length > 0 ? [indented([`also restarts ${listed(others, 5)}`], 6)] : []),
    ...(reconnects.length > 0 ? [indented([`also reconnects ${listed(reconnects.map(safeText), 5)}`], 6)] : []),
  ];
}

/** Of what nothing is known nothing is said. */
function expectedLine({ downtime_ms: downtime, runs }: DowntimeEstimate): readonly string[] {
  if (downtime === null) return [];
  return [indented([`expected downtime about ${elapsedText(downtime)}, by ${plural(runs, 'earlier run')}`], 6)];
}

function renderSteps(plan: Plan): string {
  if (plan.steps.length === 0) return '';
  return ['Steps:', ...plan.steps.map((step) => `  ${safeText(step.id)}  ${safeText(step.cause)}`)].join('\n');
}
