/**
 * What somebody wants to have put right: resources, or fields of them, by the name that either side has for them. What cannot be
 * chosen is told with the reason, before anything is edited. Pure.
 */
import { fieldsNamed } from '../../diff/named-fields.ts';
import { keyOf } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import { pathText } from '../../model/field-path.ts';
import { nearest } from '../../model/nearest.ts';
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff } from '../../model/parity.ts';
import { addressIn, isFixable, type FixableOptions } from './fixable.ts';

/** `words` are `ADDRESS` or `ADDRESS:FIELD`; without any all is chosen. Throws `usage` for one that chooses nothing. */
export function fixChoice(report: ConfigurationDiffReport, words: readonly string[]): FixableOptions['isChosen'] {
  if (words.length === 0) return () => true;
  const diffs = [...report.service_diffs, ...report.metadata.resource_diffs];
  const chosen = new Set(words.flatMap((word) => chosenBy(word, diffs)));
  return (_, difference) => chosen.has(difference);
}

function chosenBy(word: string, diffs: readonly ServiceDiff[]): readonly ParityDifference[] {
  const colon = word.indexOf(':');
  const [name, field] = colon === -1 ? [word, null] : [word.slice(0, colon), word.slice(colon + 1)];
  const diff = diffs.find((candidate) => namesOf(candidate).includes(name));
  if (diff === undefined) throw unknownName(name, diffs);
  const differences = field === null ? diff.differences : differencesAt(field, diff);
  const fixable = differences.filter(isFixable);
  if (fixable.length === 0) throw notFixable(word, differences, diff);
  return fixable;
}

/** The address on either side, and the key alone for a service. */
function namesOf({ service_name: name, metadata }: ServiceDiff): readonly string[] {
  const { paired_with: other } = metadata;
  const addresses = [name, ...(other === undefined ? [] : [other])].map(addressIn);
  return addresses.flatMap((address) => (address.startsWith('service.') ? [address, keyOf(address)] : [address]));
}

function differencesAt(field: string, diff: ServiceDiff): readonly ParityDifference[] {
  const found = fieldsNamed(
    field,
    diff.differences.map(({ field_path: path }) => path),
  );
  if (found.status === 'found') return diff.differences.filter(({ field_path: path }) => found.fields.has(path));
  const paths = diff.differences.map(({ field_path: path }) => pathText(path));
  const next =
    found.suggestion === null
      ? `what differs of it: ${paths.join(', ') || 'nothing'}`
      : `did you mean ${found.suggestion}?`;
  throw new TrueupError('usage', `${addressIn(diff.service_name)} does not differ in "${field}"`, { next });
}

function unknownName(name: string, diffs: readonly ServiceDiff[]): TrueupError {
  const known = diffs.flatMap(namesOf);
  const near = nearest(name, known);
  return new TrueupError('usage', `neither side has "${name}"`, {
    next: near === null ? 'name a resource of either side, such as `service.web`' : `did you mean ${near}?`,
  });
}

function notFixable(word: string, differences: readonly ParityDifference[], diff: ServiceDiff): TrueupError {
  const isMissing = diff.status === 'missing_in_source' || diff.status === 'missing_in_target';
  const why = isMissing
    ? 'one side lacks it as a whole'
    : differences.length === 0
      ? 'both sides are the same'
      : differences.every(({ metadata }) => metadata.waiver !== null)
        ? 'what differs is waived'
        : 'its rule takes nothing from the other side';
  return new TrueupError('usage', `there is nothing to fix in ${word}: ${why}`, {
    next: 'see what is fixable with `--output json` (`auto_fixable`), or edit the manifest by hand',
  });
}
