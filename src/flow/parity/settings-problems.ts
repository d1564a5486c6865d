/** What is wrong with the parity settings of a repo that only who compares can tell: contradictions, and waivers for nothing. */
import { parityRuleProblems } from '../../diff/parity/rule-problems.ts';
import { type Diagnostic, errorAt, hasErrors, sortDiagnostics, warningAt } from '../../model/diagnostic.ts';
import { InvalidManifestsError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import type { ParitySettings } from '../../model/parity.ts';
import type { SideParts } from './side-parts.ts';

/** Throws InvalidManifestsError with each contradiction at its line. */
export function assertRules({ rules }: ParitySettings): void {
  const diagnostics = parityRuleProblems(rules).map(({ source, summary, detail }) =>
    errorAt('invalid_settings', source, summary, detail),
  );
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(sortDiagnostics(diagnostics));
}

/** Warnings: what a waiver is about may come back, and until then it waives nothing. */
export function waiverProblems({ waivers }: ParitySettings, sides: readonly SideParts[]): readonly Diagnostic[] {
  return sortDiagnostics(
    waivers.flatMap(({ between, address, source }) => {
      const meant = between === null ? sides : sides.filter(({ environment }) => between.includes(environment));
      // Of a pair that is not compared nobody knows.
      if (meant.length === 0 || (between !== null && new Set(meant.map(nameOf)).size < between.length)) return [];
      if (meant.some((side) => isKnown(side, address))) return [];
      const names = [...new Set(meant.map(nameOf))];
      const known = meant.flatMap(({ resources }) => [...resources.keys()]);
      const suggestion = nearest(address, known);
      const detail =
        suggestion === null ? 'leave the waiver out, or correct its address' : `did you mean "${suggestion}"?`;
      return [warningAt('unknown_reference', source, `${address} is in none of ${names.join(', ')}`, detail)];
    }),
  );
}

function nameOf({ environment }: SideParts): string {
  return environment;
}

/** What could not be looked at may be there. */
function isKnown({ resources, unknown }: SideParts, address: ParitySettings['waivers'][number]['address']): boolean {
  return resources.has(address) || unknown.some(({ addresses }) => addresses.includes(address));
}
