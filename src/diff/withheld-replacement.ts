/** A replacement that must not happen: the fields that force it, and what else there is to do. Pure. */
import type { Address } from '../model/address.ts';
import type { Withheld } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { type FieldPath, pathText } from '../model/field-path.ts';
import type { Finding } from './findings.ts';
import { holdsData, impactOf } from './impact.ts';
import { withheldScope } from './withheld-scope.ts';

/** Fields that the summary names: the entry has all of them. */
const MOST_NAMED = 3;

/** `held`: what is protected, where that is not the resource itself but something that would go with it. */
export function withheldReplacement(
  finding: Extract<Finding, { kind: 'differs' | 'equal' }>,
  environment: Pick<DesiredEnvironment, 'locate'>,
  reason: 'protected' | 'data_kept',
  held: Address = finding.desired.address,
): Withheld {
  const { address } = finding.desired;
  const differences = finding.kind === 'differs' ? finding.differences : [];
  const forcing = differences.filter(({ effect }) => effect === 'replace').map(({ field_path: path }) => path);
  const replaced = forcing.length === 0 ? 'replaced' : `replaced for ${namesOf(forcing)}`;
  const summary =
    reason === 'protected'
      ? protectedWords(address, held, replaced)
      : `${address} would have to be ${replaced}, which destroys its data; ${keepWords(forcing)}set deletion_policy: delete to allow it`;
  const { observed } = finding;
  const impact = impactOf(address, observed, 'replace', holdsData(observed));
  return { address, reason, summary, impact, ...withheldScope(finding, environment) };
}

function protectedWords(address: Address, held: Address, replaced: string): string {
  if (held === address) return `${address} is protected and would have to be ${replaced}; it stays as it is`;
  return `${address} would have to be ${replaced}, and ${held}, which is protected, would go with it; it stays as it is`;
}

function namesOf(paths: readonly FieldPath[]): string {
  const named = paths.slice(0, MOST_NAMED).map(pathText).join(', ');
  return paths.length > MOST_NAMED ? `${named} and ${paths.length - MOST_NAMED} more` : named;
}

/** Whoever asked for the replacement needs no word on how to do without. */
function keepWords({ length }: readonly FieldPath[]): string {
  if (length === 0) return '';
  return length === 1 ? 'keep the value that is there, or ' : 'keep the values that are there, or ';
}
