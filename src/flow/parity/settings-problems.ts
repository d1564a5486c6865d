/** What is wrong with the parity settings of a repo that only who compares can tell: contradictions, and waivers and pairs for nothing. */
import { parityRuleProblems } from '../../diff/parity/rule-problems.ts';
import { type Diagnostic, errorAt, hasErrors, sortDiagnostics, warningAt } from '../../model/diagnostic.ts';
import { InvalidManifestsError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import type { ParitySettings } from '../../model/parity.ts';
import { idlePairs, mayHave, pairContradictions } from './pair-problems.ts';
import type { SideParts } from './side-parts.ts';

/** Throws InvalidManifestsError with each contradiction at its line. */
export function assertConsistent({ rules, pairs }: ParitySettings): void {
  const ofRules = parityRuleProblems(rules).map(({ source, summary, detail }) =>
    errorAt('invalid_settings', source, summary, detail),
  );
  const diagnostics = [...ofRules, ...pairContradictions(pairs)];
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(sortDiagnostics(diagnostics));
}

/** Warnings: what a waiver or a pair is about may come back, and until then it is of no use. */
export function idleSettings({ waivers, pairs }: ParitySettings, sides: readonly SideParts[]): readonly Diagnostic[] {
  return sortDiagnostics([...idleWaivers(waivers, sides), ...idlePairs(pairs, sides)]);
}

function idleWaivers(waivers: ParitySettings['waivers'], sides: readonly SideParts[]): readonly Diagnostic[] {
  return waivers.flatMap(({ between, address, source }) => {
    const meant = between === null ? sides : sides.filter(({ environment }) => between.includes(environment));
    // Of a pair that is not compared nobody knows.
    if (meant.length === 0 || (between !== null && new Set(meant.map(nameOf)).size < between.length)) return [];
    if (meant.some((side) => mayHave(side, address))) return [];
    const names = [...new Set(meant.map(nameOf))];
    const known = meant.flatMap(({ resources }) => [...resources.keys()]);
    const suggestion = nearest(address, known);
    const detail =
      suggestion === null ? 'leave the waiver out, or correct its address' : `did you mean "${suggestion}"?`;
    return [warningAt('unknown_reference', source, `${address} is in none of ${names.join(', ')}`, detail)];
  });
}

function nameOf({ environment }: SideParts): string {
  return environment;
}
