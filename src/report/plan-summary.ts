/** The last line of a plan, and nothing but the truth: "No changes" is said only where everything was looked at. */
import type { ToldPlan } from '../model/plan.ts';
import { safeText } from './safe-text.ts';
import { countActions } from './plan-document.ts';
import { listed, plural, revisionText } from './words.ts';

export function planSummary(plan: ToldPlan): string {
  const obstacles = obstaclesOf(plan);
  if (plan.changes.length > 0) return [countsText(plan), ...obstacles].join(' ');
  if (obstacles.length > 0 || plan.withheld.length > 0 || plan.drift_ignored.length > 0 || isBlind(plan))
    return [`Nothing to do; ${unchangedText(plan)}.`, ...obstacles].join(' ');
  return plan.mode === 'destroy'
    ? `Nothing to destroy in ${safeText(plan.environment)}.`
    : `No changes. ${matchText(plan)}`;
}

/** `local matches 1a2b3c4.`; of a plan that was limited to some addresses only these. */
export function matchText({
  environment,
  revision,
  inputs,
}: Pick<ToldPlan, 'environment' | 'revision' | 'inputs'>): string {
  const targets = inputs.targets.map(safeText);
  const who = targets.length === 0 ? safeText(environment) : listed(targets, 3);
  const what = revision.commit === null ? 'the manifests (no commit yet)' : revisionText(revision);
  const { against } = inputs;
  if (against !== undefined)
    return `Nothing that runs of ${who} is declared otherwise at ${what} than at ${revisionText(against)}.`;
  return `${who} ${targets.length > 1 ? 'match' : 'matches'} ${what}.`;
}

/** `Plan: 2 to create, 1 to change, 1 to replace, 0 to remove; 12 unchanged.` */
function countsText(plan: ToldPlan): string {
  const counts = countActions(plan.changes);
  const parts = [
    `${counts.create} to create`,
    `${counts.update + counts.restart} to change`,
    `${counts.replace} to replace`,
    ...(counts.move > 0 ? [`${counts.move} to move`] : []),
    `${counts.delete} to remove`,
  ];
  return `Plan: ${parts.join(', ')}; ${unchangedText(plan)}.`;
}

function unchangedText(plan: ToldPlan): string {
  const withheld = plan.withheld.length > 0 ? `, ${plan.withheld.length} withheld` : '';
  const left = plan.drift_ignored.filter((address) => plan.changes.every((change) => change.address !== address));
  const ignored = left.length > 0 ? `, ${left.length} of them drifted and ignored` : '';
  const blind = isBlind(plan) ? `, ${plural(plan.not_compared?.length ?? 0, 'field')} not compared` : '';
  return `${plan.unchanged} unchanged${ignored}${withheld}${blind}`;
}

/** Whether something was taken to be equal because nobody can tell. */
function isBlind({ not_compared: fields = [] }: ToldPlan): boolean {
  return fields.length > 0;
}

function obstaclesOf(plan: ToldPlan): readonly string[] {
  const silent = plan.inputs.engines.filter((engine) => engine.status === 'unreachable').length;
  const errors = plan.diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const reasons = [
    ...(plan.conflicts.length > 0 ? [plural(plan.conflicts.length, 'conflict')] : []),
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(silent > 0 ? [`${plural(silent, 'engine')} without an answer`] : []),
  ];
  const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  if (!plan.applyable) {
    const until = waitsForAdoption(plan) ? ' before what is claimed is adopted' : '';
    return [`It cannot be applied${until}${why}.`];
  }
  return plan.complete ? [] : [`It is incomplete${why}.`];
}

/** Whether nothing stands in the way but what a person has not agreed to yet. */
function waitsForAdoption({ conflicts, complete, diagnostics }: ToldPlan): boolean {
  return (
    complete &&
    conflicts.length > 0 &&
    conflicts.every(({ claimed }) => claimed === true) &&
    diagnostics.every(({ severity }) => severity !== 'error')
  );
}
