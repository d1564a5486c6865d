/** The differences of a resource as findings, each with the words that the text form has for it. */
import type { Cause, Difference, Effect, Severity } from '../../model/change.ts';
import { driftValues } from '../drift-values.ts';
import { fieldText } from '../field-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { shortenPair, valuePair } from '../value-text.ts';
import { fieldKind } from './field-kind.ts';
import type { FieldFinding } from './findings.ts';
import { placeText } from './place-text.ts';
import { bySeverity, intended, mostSevere } from './severity-order.ts';

export const LONGEST_VALUE = 120;
export const LONGEST_NAME = 200;
export const LONGEST_SENTENCE = 400;

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  in_place: '',
  pending_restart: 'waits for a restart',
  restart: 'forces restart',
  replace: 'forces replacement',
  unsupported: 'cannot be carried out',
};

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  git: '',
  world: 'changed outside of git',
  both: 'changed in git and outside',
  unknown: 'cause unknown',
};

/** The most severe first. As a step towards the manifests, or as a finding about what is. */
export function fieldFindings(
  differences: readonly Difference[],
  told: 'as a step' | 'as it is',
): readonly FieldFinding[] {
  return differences
    .map((difference) => fieldFinding(difference, told))
    .toSorted((left, right) => bySeverity(left.severity, right.severity));
}

export function causeWords(cause: Cause): string {
  return CAUSE_WORDS[cause];
}

function fieldFinding(difference: Difference, told: 'as a step' | 'as it is'): FieldFinding {
  const { field_path, cause, effect, impact, severity, source, via } = difference;
  const isStep = told === 'as a step';
  const pair = valuePair(difference.before, difference.after, isStep ? 'after' : 'before');
  const shown = shortenPair(pair, LONGEST_VALUE);
  const notes = [
    isStep ? EFFECT_WORDS[effect] : '',
    CAUSE_WORDS[cause],
    // It says what is wrong with what runs, and nothing is wrong with what git is about to change.
    cause === 'git' ? '' : shorten(safeText(impact ?? ''), LONGEST_SENTENCE),
    via === undefined ? '' : `via ${placeText(via)}`,
  ];
  return {
    rule: `field/${fieldKind(field_path)}`,
    field: shorten(fieldText(field_path), LONGEST_NAME),
    values: isStep ? `${shown.before} → ${shown.after}` : driftValues(shown, difference),
    notes: notes.filter((note) => note !== ''),
    severity: isStep ? fieldSeverity(stepSeverity({ cause, severity }), effect) : stepSeverity({ cause, severity }),
    source,
  };
}

/** What cannot be carried out is an error, whatever the field is. */
export function fieldSeverity(severity: Severity, effect: Effect | null): Severity {
  return effect === 'unsupported' ? mostSevere([severity], 'error') : severity;
}

export function stepSeverity({ cause, severity }: Pick<Difference, 'cause' | 'severity'>): Severity {
  return cause === 'git' ? intended(severity) : severity;
}
